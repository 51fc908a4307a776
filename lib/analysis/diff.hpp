// diff: for which clients two policies differ, exactly, over all clients there can be.
//
// The overlay of their two partitions, region by region and never address by address. Every change carries a witness: a
// client for whom evaluate gives the two different answers.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/regions.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// "relay-gained" and so on, as in JSON.
[[nodiscard]] std::string_view change_kind_name(ChangeKind kind);

/// Clients that fare differently, all in the same way; because of the same rules where that is affordable.
struct Change {
  ChangeKind kind = ChangeKind::environment;
  ClientSet clients;
  bool alike = true;  ///< false: there are too many effects to list each; `before` and `after` are those of the witness
  Side before;
  Side after;
};

/// All differences, sorted by kind, then by first address. Both policies must be complete, and find_uncuttable() none
/// for either. Near-linear in the number of rules, where rules are asked by key. Under first match each line has a rank
/// of its own: lines with names times regions of addresses. With exceptions: names times rules. `affordable` as in
/// decided_regions. The witness of every change is put to evaluate before it is returned; an answer other than claimed
/// ends the program.
[[nodiscard]] std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view daemon,
                                       std::size_t affordable = affordable_listing);

}  // namespace core::analysis
