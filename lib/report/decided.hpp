// Decided regions in words: who is let in, who is refused, who relays, and which rule says so.
#pragma once

#include <string>
#include <vector>

#include "analysis/regions.hpp"
#include "report/clients.hpp"

namespace core {

/// A paragraph for each region, and how many addresses they are together.
[[nodiscard]] std::string format_decided(const std::vector<analysis::DecidedRegion>& regions, const NamedPolicy& named);
/// {"found":n,"regions":[...]} and a line feed; the fields are documented in relayrules(1).
[[nodiscard]] std::string format_decided_json(const std::vector<analysis::DecidedRegion>& regions,
                                              const NamedPolicy& named);

}  // namespace core
