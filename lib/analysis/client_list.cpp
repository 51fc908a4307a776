// Fields of client lists: see client_list.hpp.
#include "analysis/client_list.hpp"

#include <fmt/format.h>

#include <charconv>

#include "analysis/connection_log.hpp"
#include "base/utc_time.hpp"

namespace core::analysis {
namespace {

/// As from_chars, of the whole text.
template <typename Number>
std::optional<Number> number_in(std::string_view text, int base) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, base);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

/// What stands for one byte behind a backslash; how many bytes of text that is.
std::size_t unescape_one(std::string_view text, char& byte) {
  constexpr std::string_view names = "\\tnr0bf'";
  constexpr std::string_view bytes("\\\t\n\r\0\b\f'", names.size());
  if (text.empty()) return 0;
  if (const std::size_t at = names.find(text.front()); at != std::string_view::npos) {
    byte = bytes[at];
    return 1;
  }
  const auto value =
      text.front() == 'x' && text.size() >= 3 ? number_in<std::uint8_t>(text.substr(1, 2), 16) : std::nullopt;
  if (!value) return 0;
  byte = static_cast<char>(*value);
  return 3;
}

}  // namespace

std::string escape_field(std::string_view field) {
  const bool means_none = !field.empty() && logged_name(field).empty();
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const char c = field[i];
    const bool is_blank_inside = c == ' ' && i > 0 && i + 1 < field.size();
    if (c == '\\')
      text += "\\\\";
    else if (c == '[' && text.ends_with("##"))
      text += "\\x5b";  // "##[" is a command where GitHub shows a log
    else if ((c > ' ' && c <= '~' && !(means_none && i == 0)) || is_blank_inside)
      text += c;
    else
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return text;
}

std::optional<std::string> unescape_field(std::string_view field) {
  std::string bytes;
  while (!field.empty()) {
    char byte = field.front();
    field.remove_prefix(1);
    if (byte == '\\') {
      const std::size_t size = unescape_one(field, byte);
      if (size == 0) return std::nullopt;
      field.remove_prefix(size);
    }
    bytes += byte;
  }
  return bytes;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  const auto count = number_in<std::uint64_t>(text, 10);
  return count && *count > 0 && *count <= largest_count ? count : std::nullopt;
}

std::string iso_stamp(std::string_view stamp) {
  if (stamp.size() > 11 && stamp[4] == '-' && stamp[10] == ' ') {
    std::string text(stamp);
    text[10] = 'T';
    return text;
  }
  constexpr std::size_t tai64n = 25;
  constexpr std::uint64_t unix_zero = (std::uint64_t{1} << 62) + 10;  // as multilog writes it
  if (stamp.size() != tai64n || stamp.front() != '@') return std::string(stamp);
  const auto seconds = number_in<std::uint64_t>(stamp.substr(1, 16), 16);
  const auto fraction = number_in<std::uint32_t>(stamp.substr(17), 16);
  constexpr std::uint64_t year_10000 = 253'402'300'800;
  if (!seconds || !fraction || *seconds < unix_zero || *seconds - unix_zero >= year_10000 || *fraction >= 1'000'000'000)
    return std::string(stamp);
  const std::string time = format_utc(static_cast<std::int64_t>(*seconds - unix_zero));
  return fmt::format("{}.{:09}Z", time.substr(0, time.size() - 1), *fraction);
}

}  // namespace core::analysis
