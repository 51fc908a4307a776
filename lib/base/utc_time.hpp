// Times as people and scripts write them: UTC, to the second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

/// "2026-11-29T09:00:00Z", from seconds since 1970.
[[nodiscard]] std::string format_utc(std::int64_t seconds);
/// Reads what format_utc() writes, from 1970 to 9999. None for any other text, and for days that there are not.
[[nodiscard]] std::optional<std::int64_t> parse_utc(std::string_view text);

}  // namespace core
