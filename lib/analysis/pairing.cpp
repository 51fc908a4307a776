// Two policies side by side: see pairing.hpp.
#include "analysis/pairing.hpp"

#include "model/name_pattern.hpp"

#include <algorithm>
#include <functional>
#include <unordered_set>

namespace core::analysis {
namespace {

/// Merges two lists that are sorted by `is_before`, which compares keys: `visit(const Entry* a, const Entry* b)`, one of them null where
/// only one has the key.
template <typename Entry, typename Key, typename Order, typename Visit>
void merge(const std::vector<Entry>& a, const std::vector<Entry>& b, Key key_of, Order is_before, Visit visit) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool from_a = i < a.size() && (j == b.size() || !is_before(key_of(b[j]), key_of(a[i])));
    const bool from_b = j < b.size() && (i == a.size() || !is_before(key_of(a[i]), key_of(b[j])));
    visit(from_a ? &a[i++] : nullptr, from_b ? &b[j++] : nullptr);
  }
}

std::string_view pattern_of(const NameRegion& region) { return region.pattern; }

/// A pattern of one side or of both.
struct Listed {
  std::string_view pattern;
  const Candidate* before = nullptr;
  const Candidate* after = nullptr;
};

/// Each pattern stands behind the suffixes that it is below, the longest of them last.
std::vector<Listed> list_patterns(const Axes& before, const Axes& after) {
  std::vector<Listed> listed;
  listed.reserve(std::max(before.names.size(), after.names.size()));
  merge(before.names, after.names, pattern_of, is_before_reversed, [&](const NameRegion* a, const NameRegion* b) {
    listed.push_back(
        {a != nullptr ? a->pattern : b->pattern, a != nullptr ? &a->best : nullptr, b != nullptr ? &b->best : nullptr});
  });
  return listed;
}

}  // namespace

bool is_plainer(const PairedName& a, const PairedName& b) {
  const auto effort = [](const PairedName& name) {
    if (name.kind == NameKind::without) return 0;
    if (name.kind == NameKind::others) return 3;
    return is_suffix_pattern(name.pattern) ? 2 : 1;
  };
  return effort(a) != effort(b) ? effort(a) < effort(b) : a.pattern < b.pattern;
}

PairedRegions pair_regions(const AddressRegions& a, const AddressRegions& b, const Pair& anybody) {
  PairedRegions regions;
  // mostly both have most of their borders in common
  const std::size_t more = std::max(a.size(), b.size());
  regions.reserve(more + more / 16);
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Pair found{first_asked(a.best[i], anybody.before), first_asked(b.best[j], anybody.after)};
    const auto order = regions.ranges.push_common(a.ranges, i, b.ranges, j);
    regions.found.push_back(found);
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
  return regions;
}

PairedRegions pair_info_addresses(const PairedRegions& regions, const std::vector<AddressRegion>& before,
                                  const std::vector<AddressRegion>& after) {
  PairedRegions points;
  merge(
      before, after, [](const AddressRegion& region) { return region.range.first; }, std::less<Address>(),
      [&](const AddressRegion* a, const AddressRegion* b) {
        const Range point = a != nullptr ? a->range : b->range;
        Pair found = regions.found[*find(regions.ranges, point.first)];
        if (a != nullptr) found.before = a->best;
        if (b != nullptr) found.after = b->best;
        points.push_back(point, found);
      });
  return points;
}

PairedRegions without_points(const PairedRegions& regions, const PairedRegions& points) {
  PairedRegions rest;
  std::size_t next = 0;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Range region = regions.ranges[i];
    Range left = region;
    bool is_left = true;
    for (; next < points.size() && points.ranges[next].first <= region.last; ++next) {
      const Address point = points.ranges[next].first;
      if (left.first < point) rest.push_back({left.first, *predecessor(point)}, regions.found[i]);
      is_left = point != region.last;
      if (is_left) left.first = *successor(point);
    }
    if (is_left) rest.push_back(left, regions.found[i]);
  }
  return rest;
}

std::vector<PairedName> pair_names(const Axes& before, const Axes& after) {
  const Pair others{before.other_names, after.other_names};
  std::vector<PairedName> names = {{NameKind::without, {}, {}}, {NameKind::others, {}, others}};
  std::vector<std::size_t> above;  // the suffixes that the next pattern may be below
  for (const Listed& listed : list_patterns(before, after)) {
    while (!above.empty() && !covers_name(names[above.back()].pattern, listed.pattern)) above.pop_back();
    Pair found = above.empty() ? others : names[above.back()].found;
    if (listed.before != nullptr) found.before = *listed.before;
    if (listed.after != nullptr) found.after = *listed.after;
    if (is_suffix_pattern(listed.pattern)) above.push_back(names.size());
    names.push_back({NameKind::pattern, listed.pattern, found});
  }
  return names;
}

std::vector<PairedName> pair_info_names(const Axes& before, const Axes& after,
                                        const std::vector<NameRegion>& info_before,
                                        const std::vector<NameRegion>& info_after) {
  std::vector<PairedName> names;
  merge(info_before, info_after, pattern_of, is_before_reversed, [&](const NameRegion* a, const NameRegion* b) {
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

}  // namespace core::analysis
