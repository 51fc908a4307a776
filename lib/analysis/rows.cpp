// From cells to rows: see rows.hpp.
#include "analysis/rows.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "model/name_pattern.hpp"

namespace core::analysis {
namespace {

/// Places in the list of addresses, or of names.
using Indices = std::vector<std::uint32_t>;
using Run = std::span<const std::uint32_t>;

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

template <std::size_t sides>
class RowMaker {
  using Who = Found<sides>;
  using Label = std::array<std::uint32_t, sides>;
  static constexpr bool compares = sides == 2;
  static constexpr Sides all = (1U << sides) - 1;

 public:
  RowMaker(const AddressCells<sides>& addresses, std::span<const NameCell<sides>> names, const Effects& effects,
           const RowOptions& options)
      : addresses_(addresses), names_(names), effects_(effects), options_(options) {
    names_found_.reserve(names.size());
    for (const NameCell<sides>& name : names) names_found_.push_back(name.found);
  }

  std::vector<Row<sides>> run(bool every_name) {
    if (!options_.named_only) make_address_rows(every_name);
    std::map<Label, Indices> classes;
    for (std::uint32_t i = 0; i < names_.size(); ++i) classes[ranks_of(names_[i].found)].push_back(i);
    for (const auto& [ranks, members] : classes) make_name_rows(members);
    return std::move(rows_);
  }

 private:
  static Label ranks_of(const Who& found) {
    Label ranks;
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
    std::map<Label, Indices> classes;
    for (std::uint32_t i = 0; i < addresses_.size(); ++i)
      if (is_wanted(addresses_.found[i])) classes[ranks_of(addresses_.found[i])].push_back(i);
    for (const auto& [ranks, members] : classes) {
      Indices behind;
      for (std::uint32_t i = 0; i < names_.size(); ++i)
        if (decided_by_address(addresses_.found[members.front()], names_[i].found) == all) behind.push_back(i);
      multiply(members, behind, every_name && behind.size() == names_.size(), all);
    }
  }

  /// What `names`, all with the same ranks, decide on some side.
  void make_name_rows(const Indices& names) {
    Indices wanted;
    for (const std::uint32_t name : names)
      if (is_wanted(names_[name].found)) wanted.push_back(name);
    std::array<Indices, all> by_sides;
    if (!wanted.empty()) reserve_large(by_sides[0], addresses_.size());
    for (std::uint32_t i = 0; i < addresses_.size(); ++i) {
      const Sides by_address = decided_by_address(addresses_.found[i], names_[names.front()].found);
      if (by_address != all && (by_address != 0 || !wanted.empty())) by_sides[by_address].push_back(i);
    }
    for (Sides by_address = 1; by_address < all; ++by_address) multiply(by_sides[by_address], names, false, by_address);
    multiply(by_sides[0], wanted, false, 0);
  }

  [[nodiscard]] Label label_of(const Who& found, Granularity granularity, Sides decided) const {
    Label label{};
    if (granularity == Granularity::kind) {
      label[0] = decided != 0 ? static_cast<std::uint32_t>(kind(found)) : 0;  // on all sides or on none
      return label;
    }
    for (std::size_t side = 0; side < sides; ++side)
      if ((decided >> side & 1U) != 0)
        label[side] = granularity == Granularity::rule ? found[side].rule : effects_.number_of(found[side].rule, side);
    return label;
  }

  [[nodiscard]] ChangeKind kind(const Who& found) const {
    return kind_of(effects_.effect(effects_.number_of(found.front().rule)),
                   effects_.effect(effects_.number_of(found.back().rule, sides - 1)));
  }

  /// Adds the rows of all `addresses` with all `names`, at the finest granularity that does not list too much.
  void multiply(const Indices& addresses, const Indices& names, bool any_name, Sides by_address) {
    if (addresses.empty() || names.empty()) return;
    const bool one_axis_decides = by_address == 0 || by_address == all;
    const Granularity coarsest = one_axis_decides && compares ? Granularity::kind : Granularity::effect;
    const std::size_t names_listed = any_name ? 0 : names.size();
    const std::size_t affordable = options_.affordable + addresses.size() + names_listed;
    for (auto granularity = Granularity::rule;; granularity = static_cast<Granularity>(int(granularity) + 1)) {
      const Sorted x = sort(addresses, addresses_.found, granularity, by_address);
      const Sorted y = sort(names, names_found_, granularity, all & ~by_address);
      const std::size_t listed = y.ends.size() * addresses.size() + x.ends.size() * names_listed;
      if (granularity != coarsest && listed > affordable) continue;
      for (std::size_t i = 0; i < y.ends.size(); ++i) {
        const NameCell<sides>& sample = plainest(y.run(i));
        for (std::size_t j = 0; j < x.ends.size(); ++j)
          add_row({x.run(j), y.run(i), sample, granularity, any_name, by_address});
      }
      return;
    }
  }

  [[nodiscard]] Sorted sort(const Indices& entries, const std::vector<Who>& found, Granularity granularity,
                            Sides decided) const {
    const auto label = [&](std::uint32_t index) { return label_of(found[index], granularity, decided); };
    const auto is_other = [&, first = label(entries.front())](std::uint32_t index) { return label(index) != first; };
    // what the other axis decides is alike, and a million often enough
    const bool alike = decided == 0 || std::none_of(entries.begin(), entries.end(), is_other);
    if (alike) return {entries, {entries.size()}, {}};
    return sort_by_label<Label>(entries, label);
  }

  /// Addresses with one label times names with one label.
  struct Product {
    Run addresses;
    Run names;
    const NameCell<sides>& sample;
    Granularity granularity;
    bool any_name;
    Sides by_address;
  };

  void add_row(const Product& product) {
    const auto& [addresses, names, sample, granularity, any_name, by_address] = product;
    Who found = sample.found;
    for (std::size_t side = 0; side < sides; ++side)
      if ((by_address >> side & 1U) != 0) found[side] = addresses_.found[addresses.front()][side];
    if (!is_wanted(found)) return;
    Row<sides>& row = rows_.emplace_back();
    row.granularity = granularity;
    row.label = label_of(found, granularity, all);
    row.any_name = any_name;
    row.sample = &sample;
    row.found = found;
    row.ranges.reserve_ipv4(addresses.size());
    for (const std::uint32_t index : addresses) row.ranges.append(addresses_.ranges, index);
    if constexpr (!compares) {
      row.rules = by_address != 0 ? rules_of(addresses, addresses_.found) : rules_of(names, names_found_);
      if (granularity == Granularity::effect) row.rank = found.front().rank;
    }
    if (any_name) return;
    row.names.reserve(names.size());
    for (const std::uint32_t index : names) row.names.push_back(&names_[index]);
  }

  [[nodiscard]] const NameCell<sides>& plainest(Run names) const {
    return names_[*std::min_element(names.begin(), names.end(), [&](std::uint32_t a, std::uint32_t b) {
      return is_plainer(names_[a], names_[b]);
    })];
  }

  static Indices rules_of(Run run, const std::vector<Who>& found) {
    Indices rules;
    for (const std::uint32_t index : run)
      if (const std::uint32_t rule = found[index].front().rule; rules.empty() || rules.back() != rule)
        rules.push_back(rule);
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
  }

  const AddressCells<sides>& addresses_;
  std::span<const NameCell<sides>> names_;
  std::vector<Who> names_found_;
  const Effects& effects_;
  RowOptions options_;
  std::vector<Row<sides>> rows_;
};

}  // namespace

ChangeKind kind_of(const Effect& before, const Effect& after) {
  if (after.relay && !before.relay) return ChangeKind::relay_gained;
  if (after.allowed && !before.allowed) return ChangeKind::allow_gained;
  if (before.allowed && !after.allowed) return ChangeKind::denied;
  if (before.relay && !after.relay) return ChangeKind::relay_lost;
  return ChangeKind::environment;
}

template <std::size_t sides>
std::vector<Row<sides>> rows_of(const AddressCells<sides>& addresses, std::span<const NameCell<sides>> names,
                                bool every_name, const Effects& effects, const RowOptions& options) {
  return RowMaker<sides>(addresses, names, effects, options).run(every_name);
}
template std::vector<Row<1>> rows_of(const AddressCells<1>&, std::span<const NameCell<1>>, bool, const Effects&,
                                     const RowOptions&);
template std::vector<Row<2>> rows_of(const AddressCells<2>&, std::span<const NameCell<2>>, bool, const Effects&,
                                     const RowOptions&);

template <std::size_t sides>
std::vector<Row<sides>> merged(std::vector<Row<sides>> rows, std::size_t every_name) {
  using OneRow = Row<sides>;
  const auto key = [](const OneRow& row) { return std::tie(row.granularity, row.label, row.rank, row.ranges); };
  const auto rest = std::stable_partition(rows.begin(), rows.end(), [](const OneRow& row) { return row.any_name; });
  std::stable_sort(rest, rows.end(), [&](const OneRow& a, const OneRow& b) {
    return key(a) != key(b) ? key(a) < key(b) : is_plainer(*a.sample, *b.sample);
  });
  auto last = rest;
  for (auto row = rest; row != rows.end(); ++row) {
    if (row == rest) continue;
    if (key(*last) == key(*row))
      last->names.insert(last->names.end(), row->names.begin(), row->names.end());
    else if (++last != row)
      *last = std::move(*row);
  }
  if (last != rows.end()) rows.erase(last + 1, rows.end());
  for (OneRow& row : rows) row.any_name = row.any_name || row.names.size() == every_name;
  return rows;
}
template std::vector<Row<1>> merged(std::vector<Row<1>>, std::size_t);
template std::vector<Row<2>> merged(std::vector<Row<2>>, std::size_t);

}  // namespace core::analysis
