// Whether a text is hosts_access, by what stands in it. "word : something" is a line of half of all configuration
// files.
#pragma once

#include <string_view>

#include "model/format.hpp"

namespace core {

/// by_content where more lines prove it than speak against it: lines about ALL or a well-known daemon whose clients
/// look like clients, or with a wildcard or an option that only libwrap has.
[[nodiscard]] Confidence detect_hosts_access(std::string_view text);

}  // namespace core
