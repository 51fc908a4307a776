// Text on a terminal: see terminal.hpp. Widths come from a short table of the ranges that are wide in every terminal (Unicode's East
// Asian Width W and F), not from the C library, whose answer depends on the user's locale.
#include "report/terminal.hpp"

#include <array>
#include <utility>

#include "base/finding.hpp"

namespace relayrules {
namespace {

constexpr std::array<std::pair<char32_t, char32_t>, 13> wide_ranges = {{
    {0x1100, 0x115f},
    {0x2e80, 0x303e},
    {0x3041, 0x33ff},
    {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1faff},
    {0x20000, 0x3fffd},
}};

constexpr std::array<std::pair<char32_t, char32_t>, 6> combining_ranges = {{
    {0x0300, 0x036f},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x200b, 0x200f},
    {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f},
}};

template <typename Ranges>
bool contains(const Ranges& ranges, char32_t code) {
  for (const auto& [first, last] : ranges)
    if (first <= code && code <= last) return true;
  return false;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t tab = std::min(text.find('\t', at), text.size());
    // quoted() knows which bytes are fit for a terminal; its quotes are not wanted here
    const std::string part = quoted(text.substr(at, tab - at), text.size());
    out += std::string_view(part).substr(1, part.size() - 2);
    if (tab < text.size()) out += ' ';
    at = tab + 1;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t code = first < 0x80 ? first : static_cast<char32_t>(first & (0xff >> (length + 1)));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i)
      code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
    if (!contains(combining_ranges, code)) width += contains(wide_ranges, code) ? 2 : 1;
    at += length;
  }
  return width;
}

}  // namespace relayrules
