// Text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace core {

/// `text`, one line, as it may stand between tags and in attributes in double quotes: no byte of it is taken for
/// markup, and what cannot be seen becomes \xNN.
[[nodiscard]] std::string escaped_markup(std::string_view text);

}  // namespace core
