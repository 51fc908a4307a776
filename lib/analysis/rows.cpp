// From cells to rows: see rows.hpp.
#include "analysis/rows.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "model/name_pattern.hpp"

namespace core::analysis {
namespace {

/// A set of sides, one bit for each: where the address decides. On the others the name does.
using Sides = unsigned;

template <typename Sorted, typename Label, typename LabelOf>
Sorted sort_by_label(Run entries, LabelOf label_of) {
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

/// True when `a` makes the plainer witness: no name at all, then one exact name, then one that must be made up.
template <std::size_t sides>
bool is_plainer(const NameCell<sides>& a, const NameCell<sides>& b) {
  const auto effort = [](const NameCell<sides>& name) {
    if (name.kind == NameKind::without) return 0;
    if (name.kind == NameKind::others) return 3;
    return is_suffix_pattern(name.pattern) ? 2 : 1;
  };
  return effort(a) != effort(b) ? effort(a) < effort(b) : a.pattern < b.pattern;
}

/// What clients have in common who fare alike: rules or effects, or the kind of change.
template <std::size_t sides>
using Label = std::array<std::uint32_t, sides>;

/// `decided`: the sides that count.
template <std::size_t sides>
Label<sides> label_of(const Effects& effects, const Found<sides>& found, Granularity granularity, Sides decided) {
  const auto effect = [&](std::size_t side) { return effects.number_of(found[side].rule, side); };
  Label<sides> label{};
  if (granularity == Granularity::kind) {  // on all sides or on none
    if (decided != 0)
      label[0] = static_cast<std::uint32_t>(kind_of(effects.effect(effect(0)), effects.effect(effect(sides - 1))));
    return label;
  }
  for (std::size_t side = 0; side < sides; ++side)
    if ((decided >> side & 1U) != 0) label[side] = granularity == Granularity::rule ? found[side].rule : effect(side);
  return label;
}

template <std::size_t sides>
class RowMaker {
  using Who = Found<sides>;
  using Axis = KnownAxis<sides>;
  using Sorted = typename Axis::Sorted;
  static constexpr bool compares = sides == 2;
  static constexpr Sides all = (1U << sides) - 1;

 public:
  RowMaker(const AddressCells<sides>& addresses, std::span<const NameCell<sides>> names, const Effects& effects,
           const RowOptions& options, const SharedAxes<sides>& shared)
      : addresses_(addresses),
        names_(names),
        effects_(effects),
        options_(options),
        shared_(shared),
        x_(shared.addresses != nullptr ? *shared.addresses : own_addresses_),
        y_(shared.names != nullptr ? *shared.names : own_names_) {}

  Rows<sides> run(bool every_name) {
    if (!options_.named_only) make_address_rows(every_name);
    for (const auto& [members, wanted] : name_classes()) make_name_rows(members, wanted);
    for (Axis* own : {&own_addresses_, &own_names_}) {
      std::move(own->kept.begin(), own->kept.end(), std::back_inserter(result_.kept));
      for (auto& [key, sorted] : own->sorted) result_.kept.push_back(std::move(sorted.sorted));
    }
    return std::move(result_);
  }

 private:
  /// The places that rows are views of.
  static Run keep(Axis& axis, Indices places) { return axis.kept.emplace_back(std::move(places)); }

  static Label<sides> ranks_of(const Who& found) {
    Label<sides> ranks;
    for (std::size_t side = 0; side < sides; ++side) ranks[side] = found[side].rank;
    return ranks;
  }

  /// On which sides the address is asked first.
  static Sides decided_by_address(const Who& address, const Who& name) {
    Sides result = 0;
    for (std::size_t side = 0; side < sides; ++side)
      if (address[side].rank <= name[side].rank) result |= 1U << side;
    return result;
  }

  [[nodiscard]] bool is_wanted(const Who& found) const {
    if constexpr (!compares) return true;
    return effects_.number_of(found.front().rule) != effects_.number_of(found.back().rule, sides - 1);
  }

  const std::vector<typename Axis::Class>& address_classes() {
    if (x_.classes) return *x_.classes;
    std::map<Label<sides>, Indices> classes;
    for (std::uint32_t i = 0; i < addresses_.size(); ++i)
      if (is_wanted(addresses_.found[i])) classes[ranks_of(addresses_.found[i])].push_back(i);
    x_.classes.emplace();
    for (auto& [ranks, members] : classes) x_.classes->push_back({keep(x_, std::move(members)), {}});
    return *x_.classes;
  }

  const std::vector<typename Axis::Class>& name_classes() {
    if (y_.classes) return *y_.classes;
    std::map<Label<sides>, Indices> classes;
    for (std::uint32_t i = 0; i < names_.size(); ++i) classes[ranks_of(names_[i].found)].push_back(i);
    y_.classes.emplace();
    for (auto& [ranks, members] : classes) {
      Indices wanted;
      for (const std::uint32_t name : members)
        if (is_wanted(names_[name].found)) wanted.push_back(name);
      const Run kept = keep(y_, std::move(members));
      y_.classes->push_back({kept, keep(y_, std::move(wanted))});
    }
    return *y_.classes;
  }

  /// The names about which `address` decides on all sides.
  Run names_behind(const Who& address) {
    const auto [entry, is_new] = y_.behind.try_emplace(ranks_of(address));
    if (!is_new) return entry->second;
    Indices behind;
    for (std::uint32_t i = 0; i < names_.size(); ++i)
      if (decided_by_address(address, names_[i].found) == all) behind.push_back(i);
    return entry->second = keep(y_, std::move(behind));
  }

  /// What addresses decide on all sides.
  void make_address_rows(bool every_name) {
    for (const auto& [members, unused] : address_classes()) {
      const Run behind = names_behind(addresses_.found[members.front()]);
      multiply(members, behind, every_name && behind.size() == names_.size(), all);
    }
  }

  /// The addresses that are asked before `name` on exactly these sides, for all but `all` of them; for none only where
  /// that is of use.
  const std::vector<Run>& addresses_by_sides(const Who& name, bool with_none) {
    std::vector<Run>& runs = x_.by_sides[{ranks_of(name), with_none}];
    if (!runs.empty()) return runs;
    std::array<Indices, all> by_sides;
    if (with_none) reserve_large(by_sides[0], addresses_.size());
    for (std::uint32_t i = 0; i < addresses_.size(); ++i) {
      const Sides by_address = decided_by_address(addresses_.found[i], name);
      if (by_address != all && (by_address != 0 || with_none)) by_sides[by_address].push_back(i);
    }
    for (Indices& places : by_sides) runs.push_back(keep(x_, std::move(places)));
    return runs;
  }

  /// What `names`, all with the same ranks, decide on some side.
  void make_name_rows(Run names, Run wanted) {
    const std::vector<Run>& by_sides = addresses_by_sides(names_[names.front()].found, !wanted.empty());
    for (Sides by_address = 1; by_address < all; ++by_address) multiply(by_sides[by_address], names, false, by_address);
    if (!wanted.empty()) multiply(by_sides[0], wanted, false, 0);
  }

  /// Adds the rows of all `addresses` with all `names`, at the finest granularity that does not list too much.
  void multiply(Run addresses, Run names, bool any_name, Sides by_address) {
    if (addresses.empty() || names.empty()) return;
    const bool one_axis_decides = by_address == 0 || by_address == all;
    const Granularity coarsest = one_axis_decides && compares ? Granularity::kind : Granularity::effect;
    const std::size_t names_listed = any_name ? 0 : names.size();
    const std::size_t affordable = options_.affordable + addresses.size() + names_listed;
    for (auto granularity = Granularity::rule;; granularity = static_cast<Granularity>(int(granularity) + 1)) {
      const typename Axis::SortKey x{addresses.data(), addresses.size(), granularity, by_address};
      const typename Axis::SortKey y{names.data(), names.size(), granularity, all & ~by_address};
      const std::size_t listed = count_labels(y_, y) * addresses.size() + count_labels(x_, x) * names_listed;
      if (granularity == coarsest || listed <= affordable) return add_rows(x, y, any_name);
      x_.sorted.erase(x);
      y_.sorted.erase(y);
    }
  }

  std::size_t count_labels(Axis& axis, const typename Axis::SortKey& key) {
    const auto known = axis.labels.find(key);
    return known != axis.labels.end() ? known->second : (axis.labels[key] = sorted(axis, key).ends.size());
  }

  Sorted& sorted(Axis& axis, const typename Axis::SortKey& key) {
    const auto [entry, is_new] = axis.sorted.try_emplace(key);
    if (!is_new) return entry->second;
    const auto found = [&](std::uint32_t index) -> const Who& {
      return &axis == &x_ ? addresses_.found[index] : names_[index].found;
    };
    return entry->second = sort(Run(key.begin, key.size), found, key.granularity, key.decided);
  }

  template <typename FoundAt>
  [[nodiscard]] Sorted sort(Run entries, FoundAt&& found, Granularity granularity, Sides decided) const {
    const auto label = [&](std::uint32_t index) { return label_of(effects_, found(index), granularity, decided); };
    const auto is_other = [&, first = label(entries.front())](std::uint32_t index) { return label(index) != first; };
    // what the other axis decides is alike, and a million often enough
    const bool alike = decided == 0 || std::none_of(entries.begin(), entries.end(), is_other);
    if (alike) return {entries, {entries.size()}, {}, {}};
    return sort_by_label<Sorted, Label<sides>>(entries, label);
  }

  /// Each run of the addresses with each run of the names.
  void add_rows(const typename Axis::SortKey& addresses, const typename Axis::SortKey& names, bool any_name) {
    const Sorted& x = sorted(x_, addresses);
    Sorted& y = sorted(y_, names);
    if (y.samples.empty())
      for (std::size_t i = 0; i < y.ends.size(); ++i) y.samples.push_back(plainest(y.run(i)));
    make_room(x.ends.size() * y.ends.size());
    for (std::size_t i = 0; i < y.ends.size(); ++i)
      for (std::size_t j = 0; j < x.ends.size(); ++j)
        add_row({x.run(j), y.run(i), y.samples[i], addresses.granularity, any_name, addresses.decided});
  }

  /// A million rows need not be twice in memory while their list grows.
  void make_room(std::size_t more) {
    auto& rows = result_.rows;
    if (rows.capacity() - rows.size() < more) rows.reserve(std::max(rows.size() + more, 2 * rows.capacity()));
  }

  /// Addresses with one label times names with one label.
  struct Product {
    Run addresses;
    Run names;
    std::uint32_t sample;
    Granularity granularity;
    bool any_name;
    Sides by_address;
  };

  void add_row(const Product& product) {
    const auto& [addresses, names, sample, granularity, any_name, by_address] = product;
    Who found = names_[sample].found;
    for (std::size_t side = 0; side < sides; ++side)
      if ((by_address >> side & 1U) != 0) found[side] = addresses_.found[addresses.front()][side];
    if (is_wanted(found))
      result_.rows.push_back({&addresses_, names_.data(), addresses, names, found, sample, granularity, by_address != 0,
                              any_name, false, shared_.addresses != nullptr, shared_.names != nullptr});
  }

  [[nodiscard]] std::uint32_t plainest(Run names) const {
    return *std::min_element(names.begin(), names.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return is_plainer(names_[a], names_[b]); });
  }

  const AddressCells<sides>& addresses_;
  std::span<const NameCell<sides>> names_;
  const Effects& effects_;
  RowOptions options_;
  SharedAxes<sides> shared_;
  Axis own_addresses_;
  Axis own_names_;
  Axis& x_;  // what is known of the addresses
  Axis& y_;  // and of the names
  Rows<sides> result_;
};

}  // namespace

ChangeKind kind_of(const Effect& before, const Effect& after) {
  if (after.relay && !before.relay) return ChangeKind::relay_gained;
  if (after.allowed && !before.allowed) return ChangeKind::allow_gained;
  if (before.allowed && !after.allowed) return ChangeKind::denied;
  if (before.relay && !after.relay) return ChangeKind::relay_lost;
  return ChangeKind::environment;
}

Indices rules_of(const Row<1>& row) {
  Indices rules;
  const auto add = [&](std::uint32_t rule) {
    if (rules.empty() || rules.back() != rule) rules.push_back(rule);
  };
  if (row.by_address)
    for (const std::uint32_t index : row.addresses) add(row.cells->found[index].front().rule);
  else
    for (const std::uint32_t index : row.names) add(row.name_cells[index].found.front().rule);
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

template <std::size_t sides>
Rows<sides> rows_of(const AddressCells<sides>& addresses, std::span<const NameCell<sides>> names, bool every_name,
                    const Effects& effects, const RowOptions& options, const SharedAxes<sides>& shared) {
  return RowMaker<sides>(addresses, names, effects, options, shared).run(every_name);
}
template Rows<1> rows_of(const AddressCells<1>&, std::span<const NameCell<1>>, bool, const Effects&, const RowOptions&,
                         const SharedAxes<1>&);
template Rows<2> rows_of(const AddressCells<2>&, std::span<const NameCell<2>>, bool, const Effects&, const RowOptions&,
                         const SharedAxes<2>&);

template <std::size_t sides>
void join_alike(std::vector<Row<sides>>& rows, std::size_t every_name, const Effects& effects) {
  using OneRow = Row<sides>;
  const auto has_any_name = [](const OneRow& row) { return row.any_name; };
  if (std::all_of(rows.begin(), rows.end(), has_any_name)) return;
  const auto key = [&](const OneRow& row) {
    // of one side several rules may share the row
    const std::uint32_t rank = sides == 1 && row.granularity == Granularity::effect ? row.found.front().rank : 0;
    return std::tuple(row.granularity, label_of(effects, row.found, row.granularity, (1U << sides) - 1), rank);
  };
  const auto first_address = [](const OneRow& row) { return row.cells->ranges[row.addresses.front()].first; };
  const auto has_same_addresses = [](const OneRow& a, const OneRow& b) {
    return a.cells == b.cells && a.addresses.data() == b.addresses.data() && a.addresses.size() == b.addresses.size();
  };
  const auto compare = [&](const OneRow& a, const OneRow& b) {
    const auto order = key(a) <=> key(b);
    if (order != 0 || has_same_addresses(a, b)) return order;
    // rows of one list of names mostly begin at different addresses: neither list is made then
    const auto first = first_address(a) <=> first_address(b);
    return first != 0 ? first : ranges_of(a) <=> ranges_of(b);
  };
  const auto sample = [](const OneRow& row) -> const NameCell<sides>& { return row.name_cells[row.sample]; };
  const auto rest = std::stable_partition(rows.begin(), rows.end(), has_any_name);
  std::stable_sort(rest, rows.end(), [&](const OneRow& a, const OneRow& b) {
    const auto order = compare(a, b);
    return order != 0 ? order < 0 : is_plainer(sample(a), sample(b));
  });
  std::size_t names = 0;
  for (auto row = rest, first = rest; row != rows.end(); ++row) {
    row->goes_on = row != rest && compare(*first, *row) == 0;
    if (!row->goes_on) first = row, names = 0;
    names += row->names.size();
    if (names == every_name) first->any_name = true;
  }
}
template void join_alike(std::vector<Row<1>>&, std::size_t, const Effects&);
template void join_alike(std::vector<Row<2>>&, std::size_t, const Effects&);

}  // namespace core::analysis
