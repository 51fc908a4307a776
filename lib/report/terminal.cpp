// Text on a terminal: see terminal.hpp.
#include "report/terminal.hpp"

#include <locale.h>
#include <wchar.h>

#include <algorithm>

#include "base/utf8.hpp"

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

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text.substr(at)), 1);
    width += columns_of(utf8_code(text.substr(at, length)));
    at += length;
  }
  return width;
}

}  // namespace core
