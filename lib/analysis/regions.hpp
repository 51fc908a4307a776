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
#include <string_view>
#include <vector>

#include "analysis/region_list.hpp"
#include "model/key_index.hpp"

namespace core::analysis {

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

using WantedSide = std::function<bool(const Side&)>;

/// Those regions of the clients that a query is about of which something is true, sorted by first address, made one
/// after the other: a million of them never lie in memory together. Not thread-safe.
class Selection {
 public:
  /// `partition` and `query` must stay alive, these as long as the regions that are made.
  Selection(const Partition& partition, const ClientQuery& query, const WantedSide& wanted,
            const RowOptions& options = {});
  Selection(const Selection&) = delete;
  Selection& operator=(const Selection&) = delete;
  ~Selection() = default;

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] bool empty() const { return places_.empty(); }
  /// Gives each to `visit`, when its witness was put to evaluate; an answer other than claimed ends the program.
  void for_each(const std::function<void(DecidedRegion)>& visit) const;
  /// All at once. Nothing of this was put to evaluate yet.
  [[nodiscard]] std::vector<DecidedRegion> unconfirmed() const;

 private:
  using Place = RegionList<1>::Place;
  [[nodiscard]] Side decision(const Place& place) const { return effects_.decision(list_.row(place).found[0].rule); }
  [[nodiscard]] DecidedRegion region(const Place& place) const;

  const Partition& partition_;
  Effects effects_;
  RegionList<1> list_;
  std::vector<Place> places_;
};

/// Puts witnesses to evaluate, or for large policies to an index of keys that is held equal to it. Whatever analysis
/// shows has gone through this: always, not only in tests.
class WitnessCheck {
 public:
  /// `count` witnesses will be asked about: where these are few, only what decides about them is looked at. Linear in
  /// the rules. `policy` must stay alive.
  WitnessCheck(const Policy& policy, std::string_view daemon, std::size_t count,
               const std::function<Client(std::size_t)>& witness);
  /// The claim that `rule` (none: no rule) decides for `client`, one of them; another answer ends the program. Under
  /// first match linear in the rules.
  void require(const Client& client, const std::optional<std::size_t>& rule) const;

 private:
  std::optional<Evaluator> evaluator_;
};

/// A client, and the rule that is claimed to decide for it; none: no rule.
struct Witness {
  const Client* client = nullptr;
  std::optional<std::size_t> rule;
};
/// WitnessCheck for all of these.
void require_decisions(const Policy& policy, std::string_view daemon, std::span<const Witness> witnesses);

}  // namespace core::analysis
