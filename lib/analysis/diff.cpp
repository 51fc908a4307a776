// Comparing two policies for all clients: see diff.hpp. Both are cut at the same time.
#include "analysis/diff.hpp"

#include <algorithm>
#include <map>

#include "base/launch.hpp"

namespace core::analysis {
namespace {

Overlay both_cut(const Policy& before, const Policy& after, std::string_view daemon) {
  auto cutting = std::async(launch_for(before.rules.size()), [&] { return partition(before, daemon); });
  Partition cut_after = partition(after, daemon);
  return overlay(cutting.get(), std::move(cut_after));
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

Changes::Changes(const Policy& before, const Policy& after, std::string_view daemon, std::size_t affordable)
    : overlay_(both_cut(before, after, daemon)),
      effects_(overlay_.policies),
      list_(overlay_, everybody_, effects_, {affordable, false}),
      places_(list_.select([](const Place&) { return true; })) {
  std::map<ChangeKind, std::vector<Place>> by_kind;
  for (const Place& place : places_) by_kind[kind_of(effect(place, 0), effect(place, 1))].push_back(place);
  places_.clear();
  for (const auto& [kind, places] : by_kind) places_.insert(places_.end(), places.begin(), places.end());
}

void Changes::keep(const std::function<bool(const Effect& before, const Effect& after)>& wanted) {
  std::erase_if(places_, [&](const Place& place) { return !wanted(effect(place, 0), effect(place, 1)); });
}

Change Changes::change(const Place& place) const {
  const Row<2>& row = list_.row(place);
  Change change;
  change.clients = list_.clients(place);
  change.before = effects_.decision(row.found[0].rule, 0);
  change.after = effects_.decision(row.found[1].rule, 1);
  change.kind = kind_of(change.before.effect, change.after.effect);
  change.alike = row.granularity != Granularity::kind;
  return change;
}

void Changes::for_each(const std::function<void(Change)>& visit) const {
  const auto check_of = [&](std::size_t side) {
    return WitnessCheck(*overlay_.policies[side], overlay_.daemon, places_.size(),
                        [&](std::size_t i) { return list_.witness(places_[i]); });
  };
  const WitnessCheck check_before = check_of(0);
  const WitnessCheck check_after = check_of(1);
  for (const Place& place : places_) {
    Change next = change(place);
    check_before.require(next.clients.witness, next.before.rule);
    check_after.require(next.clients.witness, next.after.rule);
    visit(std::move(next));
  }
}

std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view daemon, std::size_t affordable) {
  std::vector<Change> all;
  Changes(before, after, daemon, affordable).for_each([&](Change change) { all.push_back(std::move(change)); });
  return all;
}

}  // namespace core::analysis
