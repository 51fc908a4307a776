// Two policies side by side: see pairing.hpp.
#include "analysis/pairing.hpp"

#include <algorithm>
#include <unordered_set>

namespace relayrules::analysis {
namespace {

/// Merges two lists that are sorted by `key_of`: `visit(const Entry* a, const Entry* b)`, one of them null where only one has the key.
template <typename Entry, typename Key, typename Visit>
void merge(const std::vector<Entry>& a, const std::vector<Entry>& b, Key key_of, Visit visit) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool from_a = i < a.size() && (j == b.size() || key_of(a[i]) <= key_of(b[j]));
    const bool from_b = j < b.size() && (i == a.size() || key_of(b[j]) <= key_of(a[i]));
    visit(from_a ? &a[i++] : nullptr, from_b ? &b[j++] : nullptr);
  }
}

/// A pattern of one side or of both.
struct Listed {
  std::string_view pattern;
  const Candidate* before = nullptr;
  const Candidate* after = nullptr;
};

bool is_below(std::string_view pattern, std::string_view suffix) {
  return suffix.starts_with('.') && pattern.size() > suffix.size() && pattern.ends_with(suffix);
}

/// By reversed text: each pattern stands behind the suffixes that it is below, the longest of them last.
std::vector<Listed> list_patterns(const Axes& before, const Axes& after) {
  std::vector<Listed> listed;
  listed.reserve(before.names.size() + after.names.size());
  merge(
      before.names, after.names, [](const NameRegion& region) -> const std::string& { return region.pattern; },
      [&](const NameRegion* a, const NameRegion* b) {
        listed.push_back({a != nullptr ? a->pattern : b->pattern, a != nullptr ? &a->best : nullptr,
                          b != nullptr ? &b->best : nullptr});
      });
  std::sort(listed.begin(), listed.end(), [](const Listed& a, const Listed& b) {
    return std::lexicographical_compare(a.pattern.rbegin(), a.pattern.rend(), b.pattern.rbegin(), b.pattern.rend());
  });
  return listed;
}

std::size_t region_at(const std::vector<PairedRegion>& regions, const Address& address) {
  const auto found =
      std::lower_bound(regions.begin(), regions.end(), address,
                       [](const PairedRegion& region, const Address& wanted) { return region.range.last < wanted; });
  return static_cast<std::size_t>(found - regions.begin());
}

}  // namespace

bool is_plainer(const PairedName& a, const PairedName& b) {
  const auto effort = [](const PairedName& name) {
    if (name.kind == NameKind::without) return 0;
    if (name.kind == NameKind::others) return 3;
    return name.pattern.starts_with('.') ? 2 : 1;
  };
  return effort(a) != effort(b) ? effort(a) < effort(b) : a.pattern < b.pattern;
}

std::vector<PairedRegion> pair_regions(const std::vector<AddressRegion>& a, const std::vector<AddressRegion>& b,
                                       const Pair& anybody) {
  std::vector<PairedRegion> regions;
  regions.reserve(a.size() + b.size());
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Address last = std::min(a[i].range.last, b[j].range.last);
    const Pair found{first_asked(a[i].best, anybody.before), first_asked(b[j].best, anybody.after)};
    regions.push_back({{std::max(a[i].range.first, b[j].range.first), last}, found});
    if (a[i].range.last == last) ++i;
    if (b[j].range.last == last) ++j;
  }
  return regions;
}

std::vector<PairedRegion> pair_info_addresses(const std::vector<PairedRegion>& regions,
                                              const std::vector<AddressRegion>& before,
                                              const std::vector<AddressRegion>& after) {
  std::vector<PairedRegion> points;
  merge(
      before, after, [](const AddressRegion& region) { return region.range.first; },
      [&](const AddressRegion* a, const AddressRegion* b) {
        const Range point = a != nullptr ? a->range : b->range;
        Pair found = regions[region_at(regions, point.first)].found;
        if (a != nullptr) found.before = a->best;
        if (b != nullptr) found.after = b->best;
        points.push_back({point, found});
      });
  return points;
}

std::vector<PairedRegion> without_points(const std::vector<PairedRegion>& regions,
                                         const std::vector<PairedRegion>& points) {
  std::vector<PairedRegion> rest;
  std::size_t next = 0;
  for (const PairedRegion& region : regions) {
    Range left = region.range;
    bool is_left = true;
    for (; next < points.size() && points[next].range.first <= region.range.last; ++next) {
      const Address point = points[next].range.first;
      if (left.first < point) rest.push_back({{left.first, *predecessor(point)}, region.found});
      is_left = point != region.range.last;
      if (is_left) left.first = *successor(point);
    }
    if (is_left) rest.push_back({left, region.found});
  }
  return rest;
}

std::vector<PairedName> pair_names(const Axes& before, const Axes& after) {
  const Pair others{before.other_names, after.other_names};
  std::vector<PairedName> names = {{NameKind::without, {}, {}}, {NameKind::others, {}, others}};
  std::vector<std::size_t> above;  // the suffixes that the next pattern may be below
  for (const Listed& listed : list_patterns(before, after)) {
    while (!above.empty() && !is_below(listed.pattern, names[above.back()].pattern)) above.pop_back();
    Pair found = above.empty() ? others : names[above.back()].found;
    if (listed.before != nullptr) found.before = *listed.before;
    if (listed.after != nullptr) found.after = *listed.after;
    if (listed.pattern.starts_with('.')) above.push_back(names.size());
    names.push_back({NameKind::pattern, listed.pattern, found});
  }
  return names;
}

std::vector<PairedName> pair_info_names(const Axes& before, const Axes& after,
                                        const std::vector<NameRegion>& info_before,
                                        const std::vector<NameRegion>& info_after) {
  std::vector<PairedName> names;
  merge(
      info_before, info_after, [](const NameRegion& region) -> const std::string& { return region.pattern; },
      [&](const NameRegion* a, const NameRegion* b) {
        const std::string_view name = a != nullptr ? a->pattern : b->pattern;
        names.push_back(
            {NameKind::pattern,
             name,
             {a != nullptr ? a->best : before.find_name(name), b != nullptr ? b->best : after.find_name(name)}});
      });
  return names;
}

std::vector<PairedName> overlaid(const std::vector<PairedName>& names, const std::vector<PairedName>& info_names) {
  std::unordered_set<std::string_view> covered;
  for (const PairedName& name : info_names) covered.insert(name.pattern);
  std::vector<PairedName> all = info_names;
  std::copy_if(names.begin(), names.end(), std::back_inserter(all), [&](const PairedName& name) {
    return name.kind != NameKind::pattern || !covered.contains(name.pattern);
  });
  return all;
}

}  // namespace relayrules::analysis
