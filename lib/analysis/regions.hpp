// Regions: all clients there can be, cut into sets that fare alike.
//
// What every proof starts from: the sets are disjoint, together they are everybody, and each carries a witness that has been put to
// evaluate.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/effects.hpp"
#include "base/address.hpp"
#include "base/address_count.hpp"
#include "base/range_list.hpp"
#include "model/axes.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// Which names clients of a set have. Several of the three may hold together.
struct Names {
  bool any = false;                   ///< all clients, with a name and without; the other members are not used then
  bool without = false;               ///< clients that have no name
  bool others = false;                ///< names that no rule is about
  std::vector<std::string> patterns;  ///< "host.example.com", ".example.com"
};

/// Clients: every combination of an address, a name and an info of these.
struct ClientSet {
  RangeList ranges;  ///< never touching
  AddressCount addresses;
  Names names;
  /// Only clients of whom ident says this; none: whatever it says, if no rule is about that.
  std::optional<std::string> info;
  Client witness;  ///< one of them
};

/// True when these clients get their decision by address alone: clients without a name and without an info are among
/// them. Such regions of one policy are disjoint, and together all addresses.
[[nodiscard]] inline bool is_by_address(const ClientSet& clients) {
  return (clients.names.any || clients.names.without) && !clients.info;
}

/// How a policy decides a set of clients.
struct Side {
  Effect effect;
  std::optional<std::size_t> rule;  ///< index into the policy's rules; none: nothing matched
};

/// How many prefixes and names may be listed over and above those that must be, so that each pair of rules gets a line of its own; behind that,
/// rules with the same effects share one. A few rules for names beside a million for addresses would list the million again and again.
inline constexpr std::size_t affordable_listing = 100'000;

struct DecidedRegion {
  ClientSet clients;
  Side decision;
  std::vector<std::uint32_t> rules;  ///< all that decide for some of them, in order; unclaimed: no rule
};

/// All clients, by who decides, sorted by first address. `policy` must be complete and can_cut(). Where regions by rule would list
/// more than is `affordable` they are by effect, and the rule is the witness'. A region for an info goes before those for none: these are
/// about all other clients. Costs as diff; what has an effect of its own gets a region of its own, however many there are. The witness of every region is put to evaluate before it is returned; an answer other than
/// claimed ends the program.
[[nodiscard]] std::vector<DecidedRegion> decided_regions(const Policy& policy, std::string_view daemon,
                                                         std::size_t affordable = affordable_listing);

/// All clients again, but what addresses decide is not gathered by who decides: it may be a million of regions.
struct DecidedClients {
  /// Who decides for clients without a name and an info, and for whoever fares like them. Nothing of this was put to evaluate.
  AddressRegions addresses;
  RuleEffects effects;               ///< of all rules
  std::vector<DecidedRegion> named;  ///< the regions that are not is_by_address, as decided_regions has them
};

/// As decided_regions.
[[nodiscard]] DecidedClients decided_clients(const Policy& policy, std::string_view daemon);

}  // namespace core::analysis
