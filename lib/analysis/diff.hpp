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
#include "base/address.hpp"
#include "base/address_count.hpp"
#include "model/policy.hpp"

namespace relayrules::analysis {

/// What a change means, most dangerous first.
enum class ChangeKind : std::uint8_t { relay_gained, allow_gained, denied, relay_lost, environment };

/// "relay-gained" and so on, as in JSON.
[[nodiscard]] std::string_view change_kind_name(ChangeKind kind);

/// Which names the clients of a change have. Several of the three may hold together.
struct Names {
  bool any = false;                   ///< all clients, with a name and without; the other members are not used then
  bool without = false;               ///< clients that have no name
  bool others = false;                ///< names that no rule of the two policies is about
  std::vector<std::string> patterns;  ///< "host.example.com", ".example.com"
};

/// One side of a change.
struct Side {
  Effect effect;
  std::optional<std::size_t> rule;  ///< index into the policy's rules; none: nothing matched
};

/// Clients that fare differently, all in the same way and because of the same rules.
struct Change {
  ChangeKind kind = ChangeKind::environment;
  std::vector<Prefix> prefixes;  ///< the fewest, in order
  AddressCount addresses;
  Names names;
  std::optional<std::string>
      info;  ///< only clients of whom ident says this; none: whatever it says, if no rule is about that
  Side before;
  Side after;
  Client witness;
};

/// All differences, sorted by kind, then by first address. Near-linear in the number of rules. Both policies must be complete, and can_cut().
/// The witness of every change is put to evaluate before it is returned; an answer other than claimed ends the program.
[[nodiscard]] std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view service);

}  // namespace relayrules::analysis
