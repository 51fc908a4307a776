// The picture of what a policy does with the IPv4 space: a Hilbert curve in SVG, with a legend and what IPv6 clients
// get.
#pragma once

#include <string>
#include <vector>

#include "analysis/regions.hpp"
#include "report/clients.hpp"

namespace core {

/// One <svg> element with a line feed, which is a file of its own and may stand in an HTML page. `regions` are all of
/// the policy of `named`, whose name is the heading's. A million rules give some ten megabytes at most. Light and dark
/// follow the reader's preference.
[[nodiscard]] std::string format_map(const std::vector<analysis::DecidedRegion>& regions, const NamedPolicy& named);

}  // namespace core
