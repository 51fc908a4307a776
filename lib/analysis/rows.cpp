// From pairs to rows: see rows.hpp.
#include "analysis/rows.hpp"

#include <algorithm>
#include <map>

namespace core::analysis {
namespace {

using Label = std::array<std::uint32_t, 2>;

/// Places in the list of regions, or of names.
using Indices = std::vector<std::uint32_t>;
using Run = std::span<const std::uint32_t>;

/// On which sides the address decides; on the others the name does.
struct ByAddress {
  bool before;
  bool after;
};

/// Regions or names, those with one label side by side.
struct Sorted {
  Run order;
  std::vector<std::size_t> ends;  ///< of each run
  Indices sorted;                 ///< behind `order`, where it is not the order that they came in

  [[nodiscard]] Run run(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return order.subspan(begin, ends[i] - begin);
  }
};

template <typename LabelOf>
Sorted sort_by_label(const Indices& entries, LabelOf label_of) {
  struct Labelled {
    Label label;
    std::uint32_t index;
    auto operator<=>(const Labelled&) const = default;
  };
  std::vector<Labelled> labelled;
  labelled.reserve(entries.size());
  for (const std::uint32_t index : entries) labelled.push_back({label_of(index), index});
  std::sort(labelled.begin(), labelled.end());
  Sorted result;
  result.sorted.reserve(entries.size());
  for (std::size_t i = 0; i < labelled.size(); ++i) {
    result.sorted.push_back(labelled[i].index);
    if (i + 1 == labelled.size() || labelled[i + 1].label != labelled[i].label) result.ends.push_back(i + 1);
  }
  result.order = result.sorted;
  return result;
}

class RowMaker {
 public:
  RowMaker(const PairedRegions& regions, std::span<const PairedName> names, const PairEffects& effects,
           const RowOptions& options)
      : regions_(regions), names_(names), effects_(effects), options_(options) {
    names_found_.reserve(names.size());
    for (const PairedName& name : names) names_found_.push_back(name.found);
  }

  std::vector<Row> run(bool everybody) {
    if (options_.report != Report::by_name) make_address_rows(everybody);
    std::map<Label, Indices> classes;
    for (std::uint32_t i = 0; i < names_.size(); ++i) classes[ranks_of(names_[i].found)].push_back(i);
    for (const auto& [ranks, members] : classes) make_name_rows(members);
    return std::move(rows_);
  }

 private:
  static Label ranks_of(const Pair& found) { return {found.before.rank, found.after.rank}; }

  [[nodiscard]] bool is_wanted(const Pair& found) const {
    return options_.report != Report::differences || effects_.differ(found);
  }

  /// What addresses decide on both sides.
  void make_address_rows(bool everybody) {
    std::map<Label, Indices> classes;
    for (std::uint32_t i = 0; i < regions_.size(); ++i)
      if (is_wanted(regions_.found[i])) classes[ranks_of(regions_.found[i])].push_back(i);
    for (const auto& [ranks, members] : classes) {
      Indices behind;
      for (std::uint32_t i = 0; i < names_.size(); ++i)
        if (ranks[0] <= names_[i].found.before.rank && ranks[1] <= names_[i].found.after.rank) behind.push_back(i);
      multiply(members, behind, everybody && behind.size() == names_.size(), {true, true});
    }
  }

  /// What `names`, all with the same two ranks, decide on one side or both.
  void make_name_rows(const Indices& names) {
    const Pair& ranks = names_[names.front()].found;
    Indices changing;
    for (const std::uint32_t name : names)
      if (is_wanted(names_[name].found)) changing.push_back(name);
    Indices address_then_name;
    Indices name_then_address;
    Indices name_only;
    if (!changing.empty()) reserve_large(name_only, regions_.size());
    for (std::uint32_t i = 0; i < regions_.size(); ++i) {
      const bool before = regions_.found[i].before.rank <= ranks.before.rank;
      const bool after = regions_.found[i].after.rank <= ranks.after.rank;
      if (before && !after) address_then_name.push_back(i);
      if (!before && after) name_then_address.push_back(i);
      if (!before && !after && !changing.empty()) name_only.push_back(i);
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
  void multiply(const Indices& regions, const Indices& names, bool any_name, ByAddress by_address) {
    if (regions.empty() || names.empty()) return;
    const bool one_axis_decides = by_address.before == by_address.after;
    const Grain coarsest = one_axis_decides && options_.report == Report::differences ? Grain::kind : Grain::effect;
    const std::size_t names_listed = any_name ? 0 : names.size();
    const std::size_t affordable = options_.affordable + regions.size() + names_listed;
    const ByAddress by_name{!by_address.before, !by_address.after};
    for (Grain grain = Grain::rule;; grain = grain == Grain::rule ? Grain::effect : Grain::kind) {
      const Sorted x = sort(regions, regions_.found, grain, by_address);
      const Sorted y = sort(names, names_found_, grain, by_name);
      if (grain != coarsest && y.ends.size() * regions.size() + x.ends.size() * names_listed > affordable) continue;
      for (std::size_t i = 0; i < y.ends.size(); ++i) {
        const PairedName& sample = plainest(y.run(i));
        for (std::size_t j = 0; j < x.ends.size(); ++j)
          add_row({x.run(j), y.run(i), sample, grain, any_name, by_address});
      }
      return;
    }
  }

  [[nodiscard]] Sorted sort(const Indices& entries, const std::vector<Pair>& found, Grain grain,
                            ByAddress sides) const {
    const auto label = [&](std::uint32_t index) { return label_of(found[index], grain, sides); };
    const auto is_other = [&, first = label(entries.front())](std::uint32_t index) { return label(index) != first; };
    // what the other axis decides is alike, and a million often enough
    const bool alike = (!sides.before && !sides.after) || std::none_of(entries.begin(), entries.end(), is_other);
    if (alike) return {entries, {entries.size()}, {}};
    return sort_by_label(entries, label);
  }

  /// Regions with one label times names with one label.
  struct Product {
    Run regions;
    Run names;
    const PairedName& sample;
    Grain grain;
    bool any_name;
    ByAddress by_address;
  };

  void add_row(const Product& product) {
    const auto& [regions, names, sample, grain, any_name, by_address] = product;
    Pair found = sample.found;
    if (by_address.before) found.before = regions_.found[regions.front()].before;
    if (by_address.after) found.after = regions_.found[regions.front()].after;
    if (!is_wanted(found)) return;
    Row& row = rows_.emplace_back();
    row.grain = grain;
    row.label = label_of(found, grain, {true, true});
    row.any_name = any_name;
    row.sample = &sample;
    row.found = found;
    row.ranges.reserve_ipv4(regions.size());
    for (const std::uint32_t index : regions) row.ranges.append(regions_.ranges, index);
    if (options_.report != Report::differences) {
      row.rules = by_address.after ? rules_of(regions) : rules_of_names(names);
      if (grain == Grain::effect) row.rank = found.after.rank;
    }
    if (any_name) return;
    row.names.reserve(names.size());
    for (const std::uint32_t index : names) row.names.push_back(&names_[index]);
  }

  [[nodiscard]] const PairedName& plainest(Run names) const {
    return names_[*std::min_element(names.begin(), names.end(), [&](std::uint32_t a, std::uint32_t b) {
      return is_plainer(names_[a], names_[b]);
    })];
  }

  static Indices each_once(Indices rules) {
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
  }

  [[nodiscard]] Indices rules_of(Run regions) const {
    Indices rules;
    for (const std::uint32_t index : regions)
      if (const std::uint32_t rule = regions_.found[index].after.rule; rules.empty() || rules.back() != rule)
        rules.push_back(rule);
    return each_once(std::move(rules));
  }

  [[nodiscard]] Indices rules_of_names(Run names) const {
    Indices rules;
    for (const std::uint32_t index : names) rules.push_back(names_[index].found.after.rule);
    return each_once(std::move(rules));
  }

  const PairedRegions& regions_;
  std::span<const PairedName> names_;
  std::vector<Pair> names_found_;
  const PairEffects& effects_;
  RowOptions options_;
  std::vector<Row> rows_;
};

}  // namespace

ChangeKind PairEffects::kind(const Pair& found) const {
  return kind_of(effect(before(found.before)), effect(after(found.after)));
}

std::vector<Row> rows_of(const PairedRegions& regions, std::span<const PairedName> names, bool everybody,
                         const PairEffects& effects, const RowOptions& options) {
  return RowMaker(regions, names, effects, options).run(everybody);
}

}  // namespace core::analysis
