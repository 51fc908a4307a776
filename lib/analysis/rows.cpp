// From pairs to rows: see rows.hpp.
#include "analysis/rows.hpp"

#include <algorithm>
#include <map>

namespace relayrules::analysis {
namespace {

using Label = std::array<std::uint32_t, 2>;

/// A region or a name, and what those of one row have in common.
template <typename Entry>
struct Labelled {
  Label label;
  const Entry* entry;
};

template <typename Entry>
using Entries = std::vector<const Entry*>;

/// On which sides the address decides; on the others the name does.
struct ByAddress {
  bool before;
  bool after;
};

template <typename Entry, typename LabelOf>
std::vector<Labelled<Entry>> sort_by_label(const Entries<Entry>& entries, LabelOf label_of) {
  std::vector<Labelled<Entry>> sorted;
  sorted.reserve(entries.size());
  for (const Entry* entry : entries) sorted.push_back({label_of(entry->found), entry});
  const auto goes_before = [](const auto& a, const auto& b) {
    return a.label != b.label ? a.label < b.label : a.entry < b.entry;
  };
  // the regions that a name decides have one label, and are a million often enough
  if (!std::is_sorted(sorted.begin(), sorted.end(), goes_before)) std::sort(sorted.begin(), sorted.end(), goes_before);
  return sorted;
}

template <typename Entry>
using Runs = std::vector<std::span<const Labelled<Entry>>>;

template <typename Entry>
Runs<Entry> runs_of(const std::vector<Labelled<Entry>>& sorted) {
  Runs<Entry> runs;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end].label == sorted[begin].label) ++end;
    runs.emplace_back(&sorted[begin], end - begin);
  }
  return runs;
}

std::vector<Range> joined(std::span<const Labelled<PairedRegion>> regions) {
  std::vector<Range> ranges;
  for (const auto& [label, region] : regions) {
    const Range& next = region->range;
    if (!ranges.empty() && ranges.back().last.family == next.first.family &&
        successor(ranges.back().last) == next.first)
      ranges.back().last = next.last;
    else
      ranges.push_back(next);
  }
  return ranges;
}

class RowMaker {
 public:
  RowMaker(const PairEffects& effects, const RowOptions& options) : effects_(effects), options_(options) {}

  std::vector<Row> run(const std::vector<PairedRegion>& regions, std::span<const PairedName> names, bool everybody) {
    make_address_rows(regions, names, everybody);
    std::map<std::array<std::uint32_t, 2>, Entries<PairedName>> classes;
    for (const PairedName& name : names) classes[{name.found.before.rank, name.found.after.rank}].push_back(&name);
    for (const auto& [ranks, members] : classes) make_name_rows(regions, members);
    return std::move(rows_);
  }

 private:
  [[nodiscard]] bool is_wanted(const Pair& found) const {
    return options_.report == Report::everything || effects_.differ(found);
  }

  /// What addresses decide on both sides.
  void make_address_rows(const std::vector<PairedRegion>& regions, std::span<const PairedName> names, bool everybody) {
    std::map<std::array<std::uint32_t, 2>, Entries<PairedRegion>> classes;
    for (const PairedRegion& region : regions)
      if (is_wanted(region.found)) classes[{region.found.before.rank, region.found.after.rank}].push_back(&region);
    for (const auto& [ranks, members] : classes) {
      Entries<PairedName> behind;
      for (const PairedName& name : names)
        if (ranks[0] <= name.found.before.rank && ranks[1] <= name.found.after.rank) behind.push_back(&name);
      multiply(members, behind, everybody && behind.size() == names.size(), {true, true});
    }
  }

  /// What `names`, all with the same two ranks, decide on one side or both.
  void make_name_rows(const std::vector<PairedRegion>& regions, const Entries<PairedName>& names) {
    const Pair& ranks = names.front()->found;
    Entries<PairedName> changing;
    for (const PairedName* name : names)
      if (is_wanted(name->found)) changing.push_back(name);
    Entries<PairedRegion> address_then_name;
    Entries<PairedRegion> name_then_address;
    Entries<PairedRegion> name_only;
    for (const PairedRegion& region : regions) {
      const bool before = region.found.before.rank <= ranks.before.rank;
      const bool after = region.found.after.rank <= ranks.after.rank;
      if (before && !after) address_then_name.push_back(&region);
      if (!before && after) name_then_address.push_back(&region);
      if (!before && !after && !changing.empty()) name_only.push_back(&region);
    }
    multiply(address_then_name, names, false, {true, false});
    multiply(name_then_address, names, false, {false, true});
    multiply(name_only, changing, false, {false, false});
  }

  [[nodiscard]] Label label_of(const Pair& found, Grain grain, ByAddress sides) const {
    if (grain == Grain::kind) {
      const bool decides = sides.before;  // on both sides or on none
      return {decides ? static_cast<std::uint32_t>(effects_.kind(found)) : 0, 0};
    }
    const auto before = grain == Grain::rule ? found.before.rule : effects_.before(found.before);
    const auto after = grain == Grain::rule ? found.after.rule : effects_.after(found.after);
    return {sides.before ? before : 0, sides.after ? after : 0};
  }

  /// Adds the rows of all `regions` with all `names`, at the finest grain that does not list too much.
  void multiply(const Entries<PairedRegion>& regions, const Entries<PairedName>& names, bool any_name,
                ByAddress by_address) {
    if (regions.empty() || names.empty()) return;
    const bool one_axis_decides = by_address.before == by_address.after;
    const Grain coarsest = one_axis_decides && options_.report == Report::differences ? Grain::kind : Grain::effect;
    const std::size_t names_listed = any_name ? 0 : names.size();
    const std::size_t affordable = options_.affordable + regions.size() + names_listed;
    for (Grain grain = Grain::rule;; grain = grain == Grain::rule ? Grain::effect : Grain::kind) {
      const auto x = sort_by_label(regions, [&](const Pair& found) { return label_of(found, grain, by_address); });
      const ByAddress by_name{!by_address.before, !by_address.after};
      const auto y = sort_by_label(names, [&](const Pair& found) { return label_of(found, grain, by_name); });
      const auto x_runs = runs_of(x);
      const auto y_runs = runs_of(y);
      if (grain != coarsest && y_runs.size() * regions.size() + x_runs.size() * names_listed > affordable) continue;
      for (const auto& y_run : y_runs) {
        const PairedName& sample = plainest(y_run);
        for (const auto& x_run : x_runs) {
          Pair found = sample.found;
          if (by_address.before) found.before = x_run.front().entry->found.before;
          if (by_address.after) found.after = x_run.front().entry->found.after;
          if (!is_wanted(found)) continue;
          add_row(x_run, any_name ? std::span<const Labelled<PairedName>>() : y_run);
          Row& row = rows_.back();
          row.grain = grain;
          row.label = label_of(found, grain, {true, true});
          row.any_name = any_name;
          row.sample = &sample;
          row.found = found;
        }
      }
      return;
    }
  }

  static const PairedName& plainest(std::span<const Labelled<PairedName>> names) {
    return *std::min_element(names.begin(), names.end(), [](const auto& a, const auto& b) {
              return is_plainer(*a.entry, *b.entry);
            })->entry;
  }

  void add_row(std::span<const Labelled<PairedRegion>> regions, std::span<const Labelled<PairedName>> names) {
    Row& row = rows_.emplace_back();
    row.ranges = joined(regions);
    row.names.reserve(names.size());
    for (const auto& name : names) row.names.push_back(name.entry);
  }

  const PairEffects& effects_;
  RowOptions options_;
  std::vector<Row> rows_;
};

}  // namespace

PairEffects::PairEffects(const Policy& before, const Policy& after)
    : before_(number_all(before)), after_(number_all(after)) {}

PairEffects::Numbers PairEffects::number_all(const Policy& policy) {
  Numbers numbers;
  numbers.reserve(policy.rules.size() + 1);
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) numbers.push_back(effects_.number_of(policy, {0, i}));
  numbers.push_back(effects_.number_of(policy, {}));
  return numbers;
}

ChangeKind PairEffects::kind(const Pair& found) const {
  return kind_of(effect(before(found.before)), effect(after(found.after)));
}

std::vector<Row> rows_of(const std::vector<PairedRegion>& regions, std::span<const PairedName> names, bool everybody,
                         const PairEffects& effects, const RowOptions& options) {
  return RowMaker(effects, options).run(regions, names, everybody);
}

}  // namespace relayrules::analysis
