// The SHA-256 of bytes, as sha256sum prints it.
#pragma once

#include <string>
#include <string_view>

namespace core {

/// 64 hexadecimal digits. Source: FIPS 180-4; libmd computes it.
[[nodiscard]] std::string sha256_of(std::string_view bytes);

}  // namespace core
