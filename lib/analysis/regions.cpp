// Sets of clients that fare alike, chosen, sorted and put to evaluate: see regions.hpp.
#include "analysis/regions.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace core::analysis {
Selection::Selection(const Partition& partition, const ClientQuery& query, const WantedSide& wanted,
                     const RowOptions& options)
    : partition_(partition), effects_(partition.policies), list_(partition_, query, effects_, options) {
  places_ = list_.select([&](const Place& place) {
    if (options.named_only && list_.is_by_address(place)) return false;
    return wanted(decision(place));
  });
}

DecidedRegion Selection::region(const Place& place) const {
  return {list_.clients(place), decision(place), rules_of(list_.row(place))};
}

std::vector<DecidedRegion> Selection::unconfirmed() const {
  std::vector<DecidedRegion> regions;
  regions.reserve(places_.size());
  for (const Place& place : places_) regions.push_back(region(place));
  return regions;
}

void Selection::for_each(const std::function<void(DecidedRegion)>& visit) const {
  const WitnessCheck check(*partition_.policies[0], partition_.daemon, places_.size(),
                           [&](std::size_t i) { return list_.witness(places_[i]); });
  for (const Place& place : places_) {
    DecidedRegion next = region(place);
    check.require(next.clients.witness, next.decision.rule);
    visit(std::move(next));
  }
}

namespace {

std::vector<DecidedRegion> confirmed_regions(const Partition& partition, const RowOptions& options) {
  const ClientQuery everybody;
  const Selection all(
      partition, everybody, [](const Side&) { return true; }, options);
  std::vector<DecidedRegion> regions;
  regions.reserve(all.size());
  all.for_each([&](DecidedRegion region) { regions.push_back(std::move(region)); });
  return regions;
}

}  // namespace

std::vector<DecidedRegion> decided_regions(const Partition& partition, std::size_t affordable) {
  return confirmed_regions(partition, {affordable, false});
}

std::vector<DecidedRegion> named_regions(const Partition& partition) {
  return confirmed_regions(partition, {affordable_listing, true});
}

WitnessCheck::WitnessCheck(const Policy& policy, std::string_view daemon, std::size_t count,
                           const std::function<Client(std::size_t)>& witness) {
  const std::size_t few = std::max<std::size_t>(policy.rules.size() / 16, 1000);
  if (count > few) {
    evaluator_.emplace(policy, daemon);
    return;
  }
  std::vector<Client> clients;
  for (std::size_t i = 0; i < count; ++i) clients.push_back(witness(i));
  std::vector<const Client*> places;
  for (const Client& client : clients) places.push_back(&client);
  evaluator_.emplace(policy, daemon, places);
}

void WitnessCheck::require(const Client& client, const std::optional<std::size_t>& rule) const {
  if (evaluator_->decide(client).rule == rule) return;
  std::fprintf(stderr,
               "relayrules: analysis and evaluate disagree about the client %s %s: this is a mistake in relayrules, "
               "please report it\n",
               format_address(client.address).c_str(), client.host.value_or("").c_str());
  std::abort();
}

void require_decisions(const Policy& policy, std::string_view daemon, std::span<const Witness> witnesses) {
  const WitnessCheck check(policy, daemon, witnesses.size(), [&](std::size_t i) { return *witnesses[i].client; });
  for (const auto& [client, rule] : witnesses) check.require(*client, rule);
}

}  // namespace core::analysis
