// Cutting a policy for one name: see name_cut.hpp.
#include "model/name_cut.hpp"

#include "model/evaluate.hpp"
#include "model/name_pattern.hpp"

namespace core {
namespace {

/// The addresses from which a client with the name of `named` matches `pattern`: its own, or all or none.
std::vector<Range> ranges_for(const ClientPattern& pattern, const Client& named) {
  auto ranges = ranges_of(pattern);
  if (!ranges.empty() || !matches(pattern, named)) return ranges;
  return {all_addresses(Family::ipv4), all_addresses(Family::ipv6)};
}

/// The addresses from which a client with the name of `named` is excepted by a list, and not by that list's own exceptions.
std::vector<Range> excepted_ranges(const Policy& policy, std::uint32_t index, const Client& named) {
  if (index == 0) return {};
  const ExceptionList& list = policy.exception_lists[index];
  std::vector<Range> ranges;
  for (const ClientPattern& pattern : list.patterns)
    for (const Range& range : ranges_for(pattern, named)) ranges.push_back(range);
  return subtract(ranges, excepted_ranges(policy, list.exceptions, named));
}

AddressRegions cut_for(const Policy& policy, std::string_view daemon, const Client& named) {
  Claims claims;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    if (!applies_to(policy, rule, daemon)) continue;
    auto ranges = ranges_for(rule.pattern(), named);
    if (rule.exceptions() != 0) ranges = subtract(ranges, excepted_ranges(policy, rule.exceptions(), named));
    for (const Range& range : ranges) claims.add(range, i);
  }
  return regions_by_order(std::move(claims));
}

}  // namespace

NameCut::NameCut(const Policy& policy, std::string_view daemon, const std::optional<std::string>& info)
    : policy_(policy), daemon_(daemon) {
  if (!has_exceptions(policy)) axes_ = cut(policy, daemon, info);
}

AddressRegions NameCut::regions_for(const std::optional<std::string>& name) const {
  if (!axes_) return cut_for(policy_, daemon_, Client{{}, name, std::nullopt});
  const Candidate named = name ? axes_->find_name(pattern_of_name(*name)) : Candidate{};
  AddressRegions regions = axes_->addresses;
  for (Candidate& best : regions.best) best = first_asked(first_asked(best, named), axes_->anybody);
  return regions;
}

}  // namespace core
