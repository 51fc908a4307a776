// Rows: clients that fare alike, as products of addresses and names.
//
//   address cells  \   on each side the address decides or the name does, whichever is asked first; the ranks tell.
//   Addresses with
//                   >  the same ranks, and names with the same ranks, are alike in this, and there are few ranks:
//   name cells     /   so a few walks over the addresses make all products, however many names there are.
//
// Each rule, or pair of rules, gets rows of its own while that stays near-linear. Where it would not (fifty rules for
// host names that all change, beside half a million addresses that each of the fifty is not asked for), rules with the
// same effect share a row.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "analysis/effects.hpp"
#include "analysis/partition.hpp"

namespace core::analysis {

/// What a change means, most dangerous first.
enum class ChangeKind : std::uint8_t { relay_gained, allow_gained, denied, relay_lost, environment };

/// What it means to go from `before` to `after`, which must differ.
[[nodiscard]] ChangeKind kind_of(const Effect& before, const Effect& after);

/// How many prefixes and names may be listed over and above those that must be, so that each pair of rules gets a line
/// of its own; behind that, rules with the same effects share one. A few rules for names beside a million for addresses
/// would list the million again and again.
inline constexpr std::size_t affordable_listing = 100'000;

/// What the clients of one row have in common on all sides.
enum class Granularity : std::uint8_t { rule, effect, kind };

/// Places in a list of cells.
using Indices = std::vector<std::uint32_t>;
using Run = std::span<const std::uint32_t>;

/// Each of some addresses with each of some names. A view into lists that others keep: rows come by the million, and
/// become sets of clients one after the other.
template <std::size_t sides>
struct Row {
  const AddressCells<sides>* cells = nullptr;
  const NameCell<sides>* name_cells = nullptr;
  Run addresses;             ///< places in `cells`
  Run names;                 ///< places in `name_cells`; not used when any_name
  Found<sides> found;        ///< who decides about the first address with the name of `sample`
  std::uint32_t sample = 0;  ///< the place of the name that the witness has
  Granularity granularity = Granularity::rule;
  bool by_address = false;        ///< of one side: the address decides, not the name
  bool any_name = false;          ///< all clients, with a name and without
  bool goes_on = false;           ///< more names for the addresses of the row before it, that fare alike
  bool shares_addresses = false;  ///< rows of other products have these, too: KnownAxis
  bool shares_names = false;
};

template <std::size_t sides>
[[nodiscard]] RangeList ranges_of(const Row<sides>& row) {
  RangeList ranges;
  ranges.reserve_ipv4(row.addresses.size());
  for (const std::uint32_t index : row.addresses) ranges.append(row.cells->ranges, index);
  return ranges;
}

/// All rules that decide about some client of the row, in order; no_rule: no rule.
[[nodiscard]] Indices rules_of(const Row<1>& row);

template <std::size_t sides>
struct Rows {
  std::vector<Row<sides>> rows;
  std::vector<Indices> kept;  ///< what runs of the rows are views of
};

struct RowOptions {
  std::size_t affordable = affordable_listing;
  bool named_only = false;  ///< nothing of what addresses decide
};

/// What was worked out about one axis, all addresses or all names of a product. Where products have an axis in common,
/// each after the first costs no more than its own axis and its rows.
template <std::size_t sides>
struct KnownAxis {
  using Ranks = std::array<std::uint32_t, sides>;
  /// Places with the same ranks; of names with those that do something else on each side.
  struct Class {
    Run members;
    Run wanted;
  };
  /// Some places, sorted by who decides for them.
  struct SortKey {
    const std::uint32_t* begin;
    std::size_t size;
    Granularity granularity;
    unsigned decided;
    friend auto operator<=>(const SortKey&, const SortKey&) = default;
  };
  /// Those with one label side by side.
  struct Sorted {
    Run order;
    std::vector<std::size_t> ends;  ///< of each run
    Indices sorted;                 ///< behind `order`, where it is not the order that they came in
    Indices samples;                ///< of names: the plainest of each run

    [[nodiscard]] Run run(std::size_t i) const {
      const std::size_t begin = i == 0 ? 0 : ends[i - 1];
      return order.subspan(begin, ends[i] - begin);
    }
  };

  std::vector<Indices> kept;                  ///< what runs are views of
  std::optional<std::vector<Class>> classes;  ///< of addresses: only those that are wanted
  /// Of addresses, for names with these ranks, of which some are wanted or none.
  std::map<std::pair<Ranks, bool>, std::vector<Run>> by_sides;
  std::map<Ranks, Run> behind;  ///< of names, for addresses with these ranks
  std::map<SortKey, Sorted> sorted;
  std::map<SortKey, std::size_t> labels;  ///< how many, also where the sorted places were not used
};

/// Axes that further products have, too; null: only this one.
template <std::size_t sides>
struct SharedAxes {
  KnownAxis<sides>* addresses = nullptr;
  KnownAxis<sides>* names = nullptr;
};

/// The rows of all clients with these addresses and these names: of two sides, where their effects differ.
/// `every_name`: `names` are all names and clients without, and a row of all of them is for any name. The rows are
/// views of `addresses` and `names`, and of what is `shared`, which must be about these.
template <std::size_t sides>
[[nodiscard]] Rows<sides> rows_of(const AddressCells<sides>& addresses, std::span<const NameCell<sides>> names,
                                  bool every_name, const Effects& effects, const RowOptions& options,
                                  const SharedAxes<sides>& shared = {});

/// Brings rows that are about the same addresses, and alike, together; all but the first go on. `every_name` as in
/// rows_of, of so many names; 0: they are not all.
template <std::size_t sides>
void join_alike(std::vector<Row<sides>>& rows, std::size_t every_name, const Effects& effects);

}  // namespace core::analysis
