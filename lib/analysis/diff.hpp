// diff: for which clients two policies differ, exactly, over all clients there can be.
//
// The overlay of their two partitions, region by region and never address by address. Every change carries a witness: a
// client for whom evaluate gives the two different answers.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "analysis/regions.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// "relay-gained" and so on, as in JSON.
[[nodiscard]] std::string_view change_kind_name(ChangeKind kind);

/// Clients that fare differently, all in the same way; because of the same rules where that is affordable. Good as long
/// as the policies are.
struct Change {
  ChangeKind kind = ChangeKind::environment;
  ClientSet clients;
  bool alike = true;  ///< false: there are too many effects to list each; `before` and `after` are those of the witness
  Side before;
  Side after;
};

/// All differences, sorted by kind, then by first address, made one after the other: a million of them never lie in
/// memory together. Not thread-safe.
class Changes {
 public:
  /// Both policies must be complete and stay alive, and find_uncuttable() none for either. Near-linear in the number of
  /// rules, where rules are asked by key. Under first match each line has a rank of its own: lines with names times
  /// regions of addresses. With exceptions: names times rules. `affordable` as in decided_regions.
  Changes(const Policy& before, const Policy& after, std::string_view daemon,
          std::size_t affordable = affordable_listing);
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;
  ~Changes() = default;

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] bool empty() const { return places_.empty(); }
  /// Keeps those of which `wanted` is true, and no others.
  void keep(const std::function<bool(const Effect& before, const Effect& after)>& wanted);
  /// Gives each to `visit`, when its witness was put to evaluate on both sides; an answer other than claimed ends the
  /// program.
  void for_each(const std::function<void(Change)>& visit) const;

 private:
  using Place = RegionList<2>::Place;
  [[nodiscard]] Effect effect(const Place& place, std::size_t side) const {
    return effects_.effect(effects_.number_of(list_.row(place).found[side].rule, side));
  }
  [[nodiscard]] Change change(const Place& place) const;

  Overlay overlay_;
  ClientQuery everybody_;
  Effects effects_;
  RegionList<2> list_;
  std::vector<Place> places_;
};

/// All Changes at once.
[[nodiscard]] std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view daemon,
                                       std::size_t affordable = affordable_listing);

}  // namespace core::analysis
