// Text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace relayrules {

/// `text` as it may stand between tags and in quoted attributes: no byte of it is taken for markup, and what XML cannot
/// hold becomes \xNN.
[[nodiscard]] std::string escaped_markup(std::string_view text);

}  // namespace relayrules
