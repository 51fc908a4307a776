// Times in UTC: see utc_time.hpp.
#include "base/utc_time.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace core {

std::string format_utc(std::int64_t seconds) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  std::tm time{};
  const std::string copy(text);
  const char* end = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const std::time_t seconds = ::timegm(&time);
  // strptime takes "2026-2-30" and timegm makes March of it: only what is written alike again is a time
  if (seconds < 0 || format_utc(seconds) != text) return std::nullopt;
  return seconds;
}

}  // namespace core
