// Text on a terminal: see terminal.hpp. A tab is shown as one blank, so that the underline needs to know of no tab
// stops.
#include "report/terminal.hpp"

#include <locale.h>
#include <wchar.h>

#include <algorithm>

#include "base/finding.hpp"

namespace core {
namespace {

/// Columns of one character by the C library's table. The user's own locale does not count: what is printed is UTF-8 in
/// any case.
std::size_t columns_of(char32_t code) {
  static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (code < 0x80 || utf8 == nullptr) return 1;
  const locale_t previous = ::uselocale(utf8);
  const int width = ::wcwidth(static_cast<wchar_t>(code));
  ::uselocale(previous);
  return width < 0 ? 1 : static_cast<std::size_t>(width);
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
    width += columns_of(code);
    at += length;
  }
  return width;
}

}  // namespace core
