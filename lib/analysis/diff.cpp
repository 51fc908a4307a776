// Comparing two policies for all clients: see diff.hpp. Both are cut, and asked about the witnesses, at the same time.
#include "analysis/diff.hpp"

#include <algorithm>

#include "base/launch.hpp"

namespace core::analysis {
namespace {

void require_witnesses(const Overlay& overlay, const std::vector<Change>& changes) {
  const auto require = [&](std::size_t side) {
    std::vector<Witness> witnesses;
    for (const Change& change : changes)
      witnesses.push_back({&change.clients.witness, (side == 0 ? change.before : change.after).rule});
    require_decisions(*overlay.policies[side], overlay.daemon, witnesses);
  };
  auto before = std::async(launch_for(overlay.policies[0]->rules.size()), require, 0);
  require(1);
  before.get();
}

}  // namespace

std::string_view change_kind_name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::relay_gained: return "relay-gained";
    case ChangeKind::allow_gained: return "allow-gained";
    case ChangeKind::denied: return "denied";
    case ChangeKind::relay_lost: return "relay-lost";
    case ChangeKind::environment: break;
  }
  return "environment";
}

std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view daemon, std::size_t affordable) {
  auto cutting = std::async(launch_for(before.rules.size()), [&] { return partition(before, daemon); });
  Partition cut_after = partition(after, daemon);
  const Overlay both = overlay(cutting.get(), std::move(cut_after));
  const Effects effects(both.policies);
  std::vector<Change> changes;
  for (Region<2>& region : regions_of(both, {}, effects, {affordable, false})) {
    Change& change = changes.emplace_back();
    change.clients = std::move(region.clients);
    change.before = effects.decision(region.found[0].rule, 0);
    change.after = effects.decision(region.found[1].rule, 1);
    change.kind = kind_of(change.before.effect, change.after.effect);
    change.alike = region.granularity != Granularity::kind;
  }
  require_witnesses(both, changes);
  sort_by_first_address(changes);
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.kind < b.kind; });
  return changes;
}

}  // namespace core::analysis
