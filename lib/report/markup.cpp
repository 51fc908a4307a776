// Escaping for XML and HTML: see markup.hpp. What people cannot see is what XML refuses, and more.
#include "report/markup.hpp"

#include "base/printable.hpp"

namespace core {

std::string escaped_markup(std::string_view text) {
  std::string escaped;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace core
