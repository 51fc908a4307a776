// What repairs change for clients, proved over all of them (analysis/diff.hpp), or why it cannot be.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/diff.hpp"
#include "model/policy.hpp"

namespace core {

struct RepairChanges {
  std::string_view obstacle;  ///< why nothing can be said; empty when `changes` are all there are
  std::vector<analysis::Change> changes;
};

/// analysis::diff, without changes for names that no client has ("=host.example.com."): these are what was repaired.
/// `daemon`: whose rules are compared; empty: rules are about no daemon.
[[nodiscard]] RepairChanges repair_changes(const Policy& before, const Policy& after, std::string_view daemon);

}  // namespace core
