// diff: for which clients two policies differ, exactly, over all clients there can be.
//
// Both policies are cut along their axes; what differs is collected region by region, never address by address. Every change carries
// a witness: a client for whom evaluate gives the two different answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/effects.hpp"
#include "analysis/regions.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// What a change means, most dangerous first.
enum class ChangeKind : std::uint8_t { relay_gained, allow_gained, denied, relay_lost, environment };

/// "relay-gained" and so on, as in JSON.
[[nodiscard]] std::string_view change_kind_name(ChangeKind kind);

/// What it means to go from `before` to `after`, which must differ.
[[nodiscard]] ChangeKind kind_of(const Effect& before, const Effect& after);

/// What `rule` of `policy` (unclaimed: no rule) does to the clients that it decides.
[[nodiscard]] Side side_of(Effects& effects, const Policy& policy, std::uint32_t rule);

/// Clients that fare differently, all in the same way; because of the same rules where that is affordable.
struct Change {
  ChangeKind kind = ChangeKind::environment;
  ClientSet clients;
  bool alike = true;  ///< false: there are too many effects to list each; `before` and `after` are those of the witness
  Side before;
  Side after;
};

/// All differences, sorted by kind, then by first address. Both policies must be complete, and can_cut().
/// Near-linear in the number of rules, where rules are asked by key. Under first match each line has a rank of its own: lines with
/// names times regions of addresses. With exceptions: names times rules. `affordable` as in decided_regions.
/// The witness of every change is put to evaluate before it is returned; an answer other than claimed ends the program.
[[nodiscard]] std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view daemon,
                                       std::size_t affordable = affordable_listing);

}  // namespace core::analysis
