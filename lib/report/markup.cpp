// Escaping for XML and HTML: see markup.hpp. What steers a terminal is what XML refuses as well, but for two
// characters.
#include "report/markup.hpp"

#include "report/terminal.hpp"

namespace core {

std::string escaped_markup(std::string_view text) {
  const std::string shown = printable(text);
  std::string escaped;
  for (std::size_t at = 0; at < shown.size(); ++at) {
    switch (shown[at]) {
      case '&': escaped += "&amp;"; continue;
      case '<': escaped += "&lt;"; continue;
      case '>': escaped += "&gt;"; continue;
      case '"': escaped += "&quot;"; continue;
      default: break;
    }
    const std::string_view three = std::string_view(shown).substr(at, 3);
    if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {
      escaped += three.back() == '\xbe' ? "\\xef\\xbf\\xbe" : "\\xef\\xbf\\xbf";
      at += 2;
    } else {
      escaped += shown[at];
    }
  }
  return escaped;
}

}  // namespace core
