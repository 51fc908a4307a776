// Text on a terminal: how wide it is.
#pragma once

#include <cstddef>
#include <string_view>

namespace core {

/// Number of columns that printable text takes: combining characters take none, East Asian wide ones two.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace core
