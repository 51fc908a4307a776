// Comparing rules before and after repairs: see repair_changes.hpp.
#include "lint/repair_changes.hpp"

#include <algorithm>

#include "lint/dead_key.hpp"
#include "model/axes.hpp"

namespace core {
namespace {

/// Why nothing can be said of what changed; empty when something can.
std::string_view obstacle(const Policy& before, const Policy& after, std::string_view daemon) {
  if (!before.complete) return "nothing can be compared, because the old rules had errors";
  if (!after.complete) return "nothing can be compared, because the rules still have errors";
  if (daemon.empty() && (before.daemon_lists.size() > 1 || after.daemon_lists.size() > 1))
    return "nothing is compared, because the rules are about several daemons; --daemon names one";
  if (find_uncuttable(before) || find_uncuttable(after))
    return "nothing can be compared, because such rules cannot be cut into clients";
  return {};
}

bool is_about_nobody(const analysis::Change& change) {
  const auto impossible = [](const std::string& name) { return dead_name_reason("=" + name).has_value(); };
  const analysis::Names& names = change.clients.names;
  return !names.any && !names.without && !names.others &&
         std::all_of(names.patterns.begin(), names.patterns.end(), impossible);
}

}  // namespace

RepairChanges repair_changes(const Policy& before, const Policy& after, std::string_view daemon) {
  if (const auto reason = obstacle(before, after, daemon); !reason.empty()) return {reason, {}};
  RepairChanges result{{}, analysis::diff(before, after, daemon)};
  std::erase_if(result.changes, is_about_nobody);
  return result;
}

}  // namespace core
