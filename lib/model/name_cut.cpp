// Cutting a policy for one name: see name_cut.hpp.
#include "model/name_cut.hpp"

#include "model/evaluate.hpp"

namespace relayrules {
namespace {

void add_pattern(std::vector<std::string_view>& patterns, const Peer& peer) {
  if (const auto* host = std::get_if<HostName>(&peer)) patterns.push_back(host->name);
  if (const auto* host = std::get_if<HostSuffix>(&peer)) patterns.push_back(host->suffix);
}

/// The addresses from which a client with the name of `named` matches `peer`: its own, or all or none.
std::vector<Range> ranges_for(const Peer& peer, const Client& named) {
  auto ranges = ranges_of(peer);
  if (!ranges.empty() || !matches(peer, named)) return ranges;
  return {all_addresses(Family::ipv4), all_addresses(Family::ipv6)};
}

std::vector<AddressRegion> cut_for(const Policy& policy, std::string_view service, const Client& named) {
  std::vector<RankedRange> claims;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    if (!applies_to(policy, rule, service)) continue;
    auto ranges = ranges_for(rule.peer, named);
    for (const Peer& exception : policy.exceptions_of(rule))
      for (const Range& hole : ranges_for(exception, named)) cut_out(ranges, hole);
    for (const Range& range : ranges) claims.push_back({range, i});
  }
  std::vector<AddressRegion> regions;
  for (const Family family : {Family::ipv4, Family::ipv6})
    for (const Region& region : cut_space(family, claims))
      regions.push_back({region.range, region.rank == unclaimed ? Candidate{} : Candidate{region.rank, region.rank}});
  return regions;
}

}  // namespace

std::vector<std::string_view> name_patterns_of(const Policy& policy) {
  std::vector<std::string_view> patterns;
  for (const Rule& rule : policy.rules) add_pattern(patterns, rule.peer);
  for (const auto& exceptions : policy.exception_lists)
    for (const Peer& peer : exceptions) add_pattern(patterns, peer);
  return patterns;
}

NameCut::NameCut(const Policy& policy, std::string_view service, const std::optional<std::string>& info)
    : policy_(policy), service_(service) {
  if (!has_exceptions(policy)) axes_ = cut(policy, service, info);
}

std::vector<AddressRegion> NameCut::regions_for(const std::optional<std::string>& name) const {
  if (!axes_) return cut_for(policy_, service_, Client{{}, name, std::nullopt});
  const Candidate named = name ? axes_->find_name(*name) : Candidate{};
  std::vector<AddressRegion> regions = axes_->addresses;
  for (AddressRegion& region : regions) region.best = first_asked(first_asked(region.best, named), axes_->anybody);
  return regions;
}

}  // namespace relayrules
