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
  bool by_address = false;  ///< of one side: the address decides, not the name
  bool any_name = false;    ///< all clients, with a name and without
  bool goes_on = false;     ///< more names for the addresses of the row before it, that fare alike
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

/// The rows of all clients with these addresses and these names: of two sides, where their effects differ.
/// `every_name`: `names` are all names and clients without, and a row of all of them is for any name. The rows are
/// views of `addresses` and `names`.
template <std::size_t sides>
[[nodiscard]] Rows<sides> rows_of(const AddressCells<sides>& addresses, std::span<const NameCell<sides>> names,
                                  bool every_name, const Effects& effects, const RowOptions& options);

/// Brings rows that are about the same addresses, and alike, together; all but the first go on. `every_name` as in
/// rows_of, of so many names; 0: they are not all.
template <std::size_t sides>
void join_alike(std::vector<Row<sides>>& rows, std::size_t every_name, const Effects& effects);

}  // namespace core::analysis
