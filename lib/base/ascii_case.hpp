// Letters, digits and their case in ASCII, whatever the locale: host names and keywords are compared so, and other
// bytes stay.
#pragma once

#include <string>
#include <string_view>

namespace core {

[[nodiscard]] constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[nodiscard]] constexpr char in_lower_case(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

[[nodiscard]] inline std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = in_lower_case(c);
  return lower;
}

[[nodiscard]] inline std::string in_upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (is_letter(c) && !is_upper(c)) c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

}  // namespace core
