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

/// Each of `ranges` with each of `names`. Rows with the same granularity and label fare alike.
template <std::size_t sides>
struct Row {
  Granularity granularity = Granularity::rule;
  std::array<std::uint32_t, sides> label{};  ///< rules or effects; or the kind of change
  std::uint32_t rank = 0;  ///< of the rules, where there is one side and several of them share the row
  RangeList ranges;        ///< never touching
  std::vector<const NameCell<sides>*> names;  ///< not used when any_name
  bool any_name = false;                      ///< all clients, with a name and without
  const NameCell<sides>* sample = nullptr;    ///< the name that the witness has
  Found<sides> found;                         ///< who decides about the first address with that name
  std::vector<std::uint32_t> rules;           ///< of one side all that decide, in order; of two sides not looked for
};

struct RowOptions {
  std::size_t affordable = affordable_listing;
  bool named_only = false;  ///< nothing of what addresses decide
};

/// The rows of all clients with these addresses and these names: of two sides, where their effects differ.
/// `every_name`: `names` are all names and clients without, and a row of all of them is for any name. Rows point into
/// `names`.
template <std::size_t sides>
[[nodiscard]] std::vector<Row<sides>> rows_of(const AddressCells<sides>& addresses,
                                              std::span<const NameCell<sides>> names, bool every_name,
                                              const Effects& effects, const RowOptions& options);

/// Rows that are about the same addresses, and alike, become one. `every_name` as in rows_of, of so many names; 0: they
/// are not all.
template <std::size_t sides>
[[nodiscard]] std::vector<Row<sides>> merged(std::vector<Row<sides>> rows, std::size_t every_name);

}  // namespace core::analysis
