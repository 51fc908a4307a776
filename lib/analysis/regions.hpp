// Regions: sets of clients that fare alike, made of a partition.
//
//   partition, or overlay --query--> its cells, cut to the clients that are meant --> rows --> sets of clients, each
//   with a witness
//
// Sets are disjoint, and together all that are meant. A region for an info goes before those for none: these are about
// all other clients.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/client_query.hpp"
#include "analysis/effects.hpp"
#include "analysis/partition.hpp"
#include "analysis/rows.hpp"
#include "base/address.hpp"
#include "base/address_count.hpp"
#include "base/range_list.hpp"

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

struct DecidedRegion {
  ClientSet clients;
  Side decision;
  std::vector<std::uint32_t> rules;  ///< all that decide for some of them, in order; no_rule: no rule
};

/// All clients, by who decides, sorted by first address. Where regions by rule would list more than is `affordable`
/// they are by effect, and the rule is the witness'. What has an effect of its own gets a region of its own, however
/// many there are. The witness of every region is put to evaluate before it is returned; an answer other than claimed
/// ends the program.
[[nodiscard]] std::vector<DecidedRegion> decided_regions(const Partition& partition,
                                                         std::size_t affordable = affordable_listing);
/// Those of them that are not is_by_address: what addresses decide, `partition` has by the million.
[[nodiscard]] std::vector<DecidedRegion> named_regions(const Partition& partition);

/// The regions of which `wanted` is true, of the clients that `query` is about. Nothing of this was put to evaluate
/// yet.
[[nodiscard]] std::vector<DecidedRegion> select(const Partition& partition, const ClientQuery& query,
                                                const std::function<bool(const Side&)>& wanted);
/// Puts the witnesses of selected regions to evaluate, as decided_regions does. Whoever shows a region to somebody
/// calls this before.
void confirm(const Partition& partition, std::span<const DecidedRegion> regions);

/// Clients for whom the same candidates decide, or candidates that do the same: what regions and changes are made of.
template <std::size_t sides>
struct Region {
  ClientSet clients;
  Granularity granularity = Granularity::rule;
  Found<sides> found{};              ///< who decides for the witness
  std::vector<std::uint32_t> rules;  ///< as in Row
};
/// Those of two sides are left out where both do the same. Nothing is put to evaluate.
template <std::size_t sides>
[[nodiscard]] std::vector<Region<sides>> regions_of(const Cut<sides>& cut, const ClientQuery& query,
                                                    const Effects& effects, const RowOptions& options);

/// A client, and the rule that is claimed to decide for it; none: no rule.
struct Witness {
  const Client* client = nullptr;
  std::optional<std::size_t> rule;
};
/// Puts witnesses to evaluate, or for large policies to a pass over the rules that is held equal to it; an answer other
/// than claimed ends the program. Whatever analysis shows has gone through this: always, not only in tests. Linear in
/// rules and witnesses together; under first match in their product.
void require_decisions(const Policy& policy, std::string_view daemon, std::span<const Witness> witnesses);

template <typename Entry>
void sort_by_first_address(std::vector<Entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.clients.ranges.front().first < b.clients.ranges.front().first;
  });
}

}  // namespace core::analysis
