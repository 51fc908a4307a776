// What the dialect of Debian's ucspi-tcp-ipv6 does in its own way.
#pragma once

#include <string_view>

#include "base/finding.hpp"
#include "base/source.hpp"

namespace core {

/// The first colon of `line` that a verdict follows; npos where there is none: the original runs for ever there.
[[nodiscard]] std::size_t find_ipv6_colon(std::string_view line);

/// Says that the original never ends on `line`.
void report_endless_line(const Source& source, std::string_view line, Findings& findings);

}  // namespace core
