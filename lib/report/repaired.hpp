// What repairs did to a rule file, in a few lines: which findings are gone, and for which clients that changes
// anything.
//
// Every line begins with the name of the file. What changed is proved over all clients (lint/repair_text.hpp), or it
// is said why it cannot be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "lint/repair_text.hpp"
#include "model/site.hpp"

namespace core {

/// "tcp.smtp: repaired 3 findings: 2 prefix-without-dot, 1 reversed-range", or that they can be repaired when that is
/// not `made`; and a line for each repair that was held back. Empty when there was nothing to repair.
[[nodiscard]] std::string format_repairs(const RepairedText& repaired, std::string_view name, bool made);

/// One rule file or list of destinations, before and after its repair.
struct RepairedSite {
  const Site& before;
  const Site& after;
  const Sources& sources;   ///< of both
  std::string_view daemon;  ///< the daemon whose rules are compared; empty: rules are about no daemon
};

/// One line for each kind of change: "tcp.smtp: clients at 256 addresses are now refused (tcp.smtp:12)".
[[nodiscard]] std::string format_repair_changes(const RepairedSite& site, std::string_view name);

}  // namespace core
