// Cutting a policy, and laying two cuts over each other: see partition.hpp.
#include "analysis/partition.hpp"

#include <algorithm>

#include "model/evaluate.hpp"
#include "model/matched.hpp"
#include "model/name_pattern.hpp"

namespace core::analysis {
namespace {

/// Walks two sorted lists side by side: `visit(order, i, j)`, where a[i] is next unless order is above zero, b[j]
/// unless it is below.
template <typename Compare, typename Visit>
void merge(std::size_t a_size, std::size_t b_size, Compare&& compare, Visit&& visit) {
  for (std::size_t i = 0, j = 0; i < a_size || j < b_size;) {
    const int order = i == a_size ? 1 : j == b_size ? -1 : compare(i, j);
    visit(order, i, j);
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
}

/// `anybody` decides for clients that nothing else is about.
AddressCells<1> cells_of(AddressRegions regions, const Candidate& anybody) {
  AddressCells<1> cells{std::move(regions.ranges), {}};
  reserve_large(cells.found, regions.size());
  for (const Candidate& best : regions.best) cells.found.push_back({first_asked(best, anybody)});
  return cells;
}

/// The rules, the first that matches, for clients with the name of `named`: its exceptions switch a rule off, or cut
/// holes.
AddressCells<1> cells_by_order(const Policy& policy, std::string_view daemon, const Client& named) {
  const auto matches_named = [&](const ClientPattern& pattern) { return matches(pattern, named); };
  Claims claims;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i)
    if (const Rule rule = policy.rules[i]; applies_to(policy, rule, daemon))
      for (const Range& range : matched(policy, rule, matches_named)) claims.add(range, i);
  return cells_of(regions_by_order(std::move(claims)), {});
}

AddressCells<2> cross(const AddressCells<1>& a, const AddressCells<1>& b) {
  AddressCells<2> cells;
  // mostly both have most of their boundaries in common
  const std::size_t more = std::max(a.size(), b.size());
  cells.ranges.reserve_ipv4(more + more / 16);
  reserve_large(cells.found, more + more / 16);
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    cells.found.push_back({a.found[i][0], b.found[j][0]});
    const auto order = cells.ranges.push_common(a.ranges, i, b.ranges, j);
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
  return cells;
}

/// The cells of both lists, with what `found_at(cell)` says for a side that has none.
template <typename FoundAt>
std::vector<NameCell<2>> cross(std::span<const NameCell<1>> a, std::span<const NameCell<1>> b, FoundAt&& found_at) {
  std::vector<NameCell<2>> cells;
  cells.reserve(std::max(a.size(), b.size()));
  const auto compare = [&](std::size_t i, std::size_t j) { return compare_reversed(a[i].pattern, b[j].pattern); };
  merge(a.size(), b.size(), compare, [&](int order, std::size_t i, std::size_t j) {
    const std::string_view pattern = order <= 0 ? a[i].pattern : b[j].pattern;
    Found<2> found = found_at(pattern, cells);
    if (order <= 0) found[0] = a[i].found[0];
    if (order >= 0) found[1] = b[j].found[0];
    cells.push_back({NameKind::pattern, pattern, found});
  });
  return cells;
}

/// What each pattern says of one side only holds for what the other side says of the nearest wider one.
std::vector<NameCell<2>> cross_names(const Partition& before, const Partition& after) {
  const Found<2> others{before.names[1].found[0], after.names[1].found[0]};
  std::vector<std::size_t> above;  // the suffixes that the next pattern may be below
  const auto found_above = [&](std::string_view pattern, const std::vector<NameCell<2>>& cells) {
    while (!above.empty() && !covers_name(cells[above.back()].pattern, pattern)) above.pop_back();
    const Found<2> found = above.empty() ? others : cells[above.back()].found;
    if (is_suffix_pattern(pattern)) above.push_back(cells.size());
    return found;
  };
  auto cells = cross(std::span(before.names).subspan(2), std::span(after.names).subspan(2), found_above);
  cells.insert(cells.begin(), {{NameKind::without, {}, {}}, {NameKind::others, {}, others}});
  return cells;
}

InfoCells<2> cross_info(const Overlay& all, const InfoCells<1>& a, const InfoCells<1>& b) {
  InfoCells<2> cells{a.info.empty() ? b.info : a.info, {}, {}};
  const auto compare = [&](std::size_t i, std::size_t j) {
    const Address& x = a.addresses.ranges[i].first;
    const Address& y = b.addresses.ranges[j].first;
    return x < y ? -1 : y < x ? 1 : 0;
  };
  merge(a.addresses.size(), b.addresses.size(), compare, [&](int order, std::size_t i, std::size_t j) {
    const Range point = order <= 0 ? a.addresses.ranges[i] : b.addresses.ranges[j];
    Found<2> found = all.addresses.found[*find(all.addresses.ranges, point.first)];
    if (order <= 0) found[0] = a.addresses.found[i][0];
    if (order >= 0) found[1] = b.addresses.found[j][0];
    cells.addresses.push_back(point, found);
  });
  cells.names = cross(std::span(a.names), std::span(b.names),
                      [&](std::string_view pattern, const auto&) { return find_cell(all.names, pattern).found; });
  return cells;
}

/// All names that rules and exceptions are about: nobody is found by name alone.
template <std::size_t sides>
std::vector<NameCell<sides>> names_without_rules(const std::array<const Policy*, sides>& policies) {
  std::vector<std::string_view> patterns;
  for (const Policy* policy : policies)
    for (const std::string_view pattern : name_patterns_of(*policy)) patterns.push_back(pattern);
  std::sort(patterns.begin(), patterns.end(), is_before_reversed);
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  std::vector<NameCell<sides>> cells = {{NameKind::without, {}, {}}, {NameKind::others, {}, {}}};
  for (const std::string_view pattern : patterns) cells.push_back({NameKind::pattern, pattern, {}});
  return cells;
}

std::vector<InfoCells<1>> infos_of(const Policy& policy) {
  std::vector<InfoCells<1>> infos;
  for (const InfoRules& claims : info_rules_of(policy)) {
    InfoCells<1>& cells = infos.emplace_back(InfoCells<1>{claims.info, {}, {}});
    for (const AddressRegion& region : claims.addresses) cells.addresses.push_back(region.range, {region.best});
    for (const NameRegion& name : claims.names) cells.names.push_back({NameKind::pattern, name.pattern, {name.best}});
  }
  return infos;
}

}  // namespace

Partition partition(const Policy& policy, std::string_view daemon) {
  Partition result;
  result.policies = {&policy};
  result.daemon = daemon;
  result.infos = infos_of(policy);
  result.by_name = has_exceptions(policy);
  if (result.by_name) {
    result.addresses = NameCuts<1>(result, std::nullopt).cells_for(std::nullopt);
    result.names = names_without_rules(result.policies);
    return result;
  }
  Axes axes = cut(policy, daemon, std::nullopt);
  result.addresses = cells_of(std::move(axes.addresses), axes.anybody);
  result.names.reserve(axes.names.size() + 2);
  result.names = {{NameKind::without, {}, {}}, {NameKind::others, {}, {axes.other_names}}};
  for (const NameRegion& name : axes.names) result.names.push_back({NameKind::pattern, name.pattern, {name.best}});
  return result;
}

Overlay overlay(Partition before, Partition after) {
  Overlay result;
  result.policies = {before.policies[0], after.policies[0]};
  result.daemon = before.daemon;
  result.by_name = before.by_name || after.by_name;
  if (!result.by_name) result.addresses = cross(before.addresses, after.addresses);
  before.addresses = {};
  after.addresses = {};
  result.names = result.by_name ? names_without_rules(result.policies) : cross_names(before, after);
  const auto compare = [&](std::size_t i, std::size_t j) { return before.infos[i].info.compare(after.infos[j].info); };
  merge(before.infos.size(), after.infos.size(), compare, [&](int order, std::size_t i, std::size_t j) {
    const InfoCells<1> none;
    const InfoCells<1>& a = order <= 0 ? before.infos[i] : none;
    const InfoCells<1>& b = order >= 0 ? after.infos[j] : none;
    result.infos.push_back(result.by_name ? InfoCells<2>{order <= 0 ? a.info : b.info, {}, {}}
                                          : cross_info(result, a, b));
  });
  return result;
}

template <std::size_t sides>
NameCuts<sides>::NameCuts(const Cut<sides>& cut, const std::optional<std::string>& info) : cut_(cut) {
  for (const Policy* policy : cut.policies)
    axes_.push_back(has_exceptions(*policy) ? std::nullopt : std::optional(core::cut(*policy, cut.daemon, info)));
}

template <std::size_t sides>
AddressCells<sides> NameCuts<sides>::cells_for(const std::optional<std::string>& host) const {
  const auto cells = [&](std::size_t side) {
    if (!axes_[side]) return cells_by_order(*cut_.policies[side], cut_.daemon, {{}, host, std::nullopt});
    const Candidate named = host ? axes_[side]->find_name(pattern_of_name(*host)) : Candidate{};
    return cells_of(axes_[side]->addresses, first_asked(named, axes_[side]->anybody));
  };
  if constexpr (sides == 1)
    return cells(0);
  else
    return cross(cells(0), cells(1));
}
template class NameCuts<1>;
template class NameCuts<2>;

}  // namespace core::analysis
