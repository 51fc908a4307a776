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

/// Addresses or names, those with one label side by side.
struct Sorted {
  Run order;
  std::vector<std::size_t> ends;  ///< of each run
  Indices sorted;                 ///< behind `order`, where it is not the order that they came in

  [[nodiscard]] Run run(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return order.subspan(begin, ends[i] - begin);
  }
};

template <typename Label, typename LabelOf>
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
  static constexpr bool compares = sides == 2;
  static constexpr Sides all = (1U << sides) - 1;

 public:
  RowMaker(const AddressCells<sides>& addresses, std::span<const NameCell<sides>> names, const Effects& effects,
           const RowOptions& options)
      : addresses_(addresses), names_(names), effects_(effects), options_(options) {
    names_found_.reserve(names.size());
    for (const NameCell<sides>& name : names) names_found_.push_back(name.found);
  }

  Rows<sides> run(bool every_name) {
    if (!options_.named_only) make_address_rows(every_name);
    std::map<Label<sides>, Indices> classes;
    for (std::uint32_t i = 0; i < names_.size(); ++i) classes[ranks_of(names_[i].found)].push_back(i);
    for (auto& [ranks, members] : classes) make_name_rows(keep(std::move(members)));
    return std::move(result_);
  }

 private:
  /// The places that rows are views of.
  Run keep(Indices places) { return result_.kept.emplace_back(std::move(places)); }

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

  /// What addresses decide on all sides.
  void make_address_rows(bool every_name) {
    std::map<Label<sides>, Indices> classes;
    for (std::uint32_t i = 0; i < addresses_.size(); ++i)
      if (is_wanted(addresses_.found[i])) classes[ranks_of(addresses_.found[i])].push_back(i);
    for (auto& [ranks, members] : classes) {
      Indices behind;
      for (std::uint32_t i = 0; i < names_.size(); ++i)
        if (decided_by_address(addresses_.found[members.front()], names_[i].found) == all) behind.push_back(i);
      const bool any_name = every_name && behind.size() == names_.size();
      multiply(keep(std::move(members)), keep(std::move(behind)), any_name, all);
    }
  }

  /// What `names`, all with the same ranks, decide on some side.
  void make_name_rows(Run names) {
    Indices wanted;
    for (const std::uint32_t name : names)
      if (is_wanted(names_[name].found)) wanted.push_back(name);
    std::array<Indices, all> by_sides;
    if (!wanted.empty()) reserve_large(by_sides[0], addresses_.size());
    for (std::uint32_t i = 0; i < addresses_.size(); ++i) {
      const Sides by_address = decided_by_address(addresses_.found[i], names_[names.front()].found);
      if (by_address != all && (by_address != 0 || !wanted.empty())) by_sides[by_address].push_back(i);
    }
    for (Sides by_address = 1; by_address < all; ++by_address)
      multiply(keep(std::move(by_sides[by_address])), names, false, by_address);
    if (!wanted.empty()) multiply(keep(std::move(by_sides[0])), keep(std::move(wanted)), false, 0);
  }

  /// Adds the rows of all `addresses` with all `names`, at the finest granularity that does not list too much.
  void multiply(Run addresses, Run names, bool any_name, Sides by_address) {
    if (addresses.empty() || names.empty()) return;
    const bool one_axis_decides = by_address == 0 || by_address == all;
    const Granularity coarsest = one_axis_decides && compares ? Granularity::kind : Granularity::effect;
    const std::size_t names_listed = any_name ? 0 : names.size();
    const std::size_t affordable = options_.affordable + addresses.size() + names_listed;
    for (auto granularity = Granularity::rule;; granularity = static_cast<Granularity>(int(granularity) + 1)) {
      Sorted x = sort(addresses, addresses_.found, granularity, by_address);
      Sorted y = sort(names, names_found_, granularity, all & ~by_address);
      const std::size_t listed = y.ends.size() * addresses.size() + x.ends.size() * names_listed;
      if (granularity != coarsest && listed > affordable) continue;
      keep(std::move(x.sorted));
      keep(std::move(y.sorted));
      make_room(x.ends.size() * y.ends.size());
      for (std::size_t i = 0; i < y.ends.size(); ++i) {
        const std::uint32_t sample = plainest(y.run(i));
        for (std::size_t j = 0; j < x.ends.size(); ++j)
          add_row({x.run(j), y.run(i), sample, granularity, any_name, by_address});
      }
      return;
    }
  }

  /// A million rows need not be twice in memory while their list grows.
  void make_room(std::size_t more) {
    auto& rows = result_.rows;
    if (rows.capacity() - rows.size() < more) rows.reserve(std::max(rows.size() + more, 2 * rows.capacity()));
  }

  [[nodiscard]] Sorted sort(Run entries, const std::vector<Who>& found, Granularity granularity, Sides decided) const {
    const auto label = [&](std::uint32_t index) { return label_of(effects_, found[index], granularity, decided); };
    const auto is_other = [&, first = label(entries.front())](std::uint32_t index) { return label(index) != first; };
    // what the other axis decides is alike, and a million often enough
    const bool alike = decided == 0 || std::none_of(entries.begin(), entries.end(), is_other);
    if (alike) return {entries, {entries.size()}, {}};
    return sort_by_label<Label<sides>>(entries, label);
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
      result_.rows.push_back(
          {&addresses_, names_.data(), addresses, names, found, sample, granularity, by_address != 0, any_name, false});
  }

  [[nodiscard]] std::uint32_t plainest(Run names) const {
    return *std::min_element(names.begin(), names.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return is_plainer(names_[a], names_[b]); });
  }

  const AddressCells<sides>& addresses_;
  std::span<const NameCell<sides>> names_;
  std::vector<Who> names_found_;
  const Effects& effects_;
  RowOptions options_;
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
                    const Effects& effects, const RowOptions& options) {
  return RowMaker<sides>(addresses, names, effects, options).run(every_name);
}
template Rows<1> rows_of(const AddressCells<1>&, std::span<const NameCell<1>>, bool, const Effects&, const RowOptions&);
template Rows<2> rows_of(const AddressCells<2>&, std::span<const NameCell<2>>, bool, const Effects&, const RowOptions&);

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
  const auto has_same_addresses = [](const OneRow& a, const OneRow& b) {
    return a.cells == b.cells && a.addresses.data() == b.addresses.data() && a.addresses.size() == b.addresses.size();
  };
  const auto compare = [&](const OneRow& a, const OneRow& b) {
    const auto order = key(a) <=> key(b);
    return order != 0 || has_same_addresses(a, b) ? order : ranges_of(a) <=> ranges_of(b);
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
