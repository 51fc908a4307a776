// Rows: clients that fare alike, as products of addresses and names.
//
//   paired regions  \   on each side the address decides or the name does, whichever is asked first; the ranks tell. Regions with
//                    >  the same two ranks, and names with the same two ranks, are alike in this, and there are few ranks:
//   paired names    /   so a few walks over the regions make all products, however many names there are.
//
// Each pair of rules gets rows of its own while that stays near-linear. Where it would not (fifty rules for host names that all
// change, beside half a million addresses that each of the fifty is not asked for), rules with the same effect share a row.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/diff.hpp"
#include "analysis/effects.hpp"
#include "analysis/pairing.hpp"

namespace core::analysis {

/// What the clients of one row have in common on both sides.
enum class Grain : std::uint8_t { rule, effect, kind };

/// Each of `ranges` with each of `names`. Rows with the same grain and label fare alike.
struct Row {
  Grain grain = Grain::rule;
  std::array<std::uint32_t, 2> label{};  ///< rules or effects, before and after; or the kind of change
  std::uint32_t rank = 0;  ///< of the rules of the second policy where the grain lets several share a row of everything
  RangeList ranges;        ///< never touching
  std::vector<const PairedName*> names;  ///< not used when any_name
  bool any_name = false;
  const PairedName* sample = nullptr;  ///< the name that the witness has
  Pair found;                          ///< who decides about the first address with that name
  std::vector<std::uint32_t> rules;  ///< of the second policy, all that decide, in order; not looked for in differences
};

/// The effects of both policies' rules, by number.
class PairEffects {
 public:
  PairEffects(const Policy& before, const Policy& after)
      : before_(effects_.numbers_of(before)), after_(effects_.numbers_of(after)) {}

  [[nodiscard]] std::uint32_t before(const Candidate& candidate) const { return before_.of(candidate); }
  [[nodiscard]] std::uint32_t after(const Candidate& candidate) const { return after_.of(candidate); }
  [[nodiscard]] const Effect& effect(std::uint32_t number) const { return effects_.effect(number); }
  [[nodiscard]] bool differ(const Pair& found) const { return before(found.before) != after(found.after); }
  [[nodiscard]] ChangeKind kind(const Pair& found) const;
  /// Those of the second policy; nothing else may be asked behind this.
  [[nodiscard]] RuleEffects take_after() { return {std::move(effects_), std::move(after_)}; }

 private:
  Effects effects_;
  EffectNumbers before_;
  EffectNumbers after_;
};

/// by_name: everything but what addresses decide, whatever the name.
enum class Report : std::uint8_t { differences, everything, by_name };

struct RowOptions {
  Report report = Report::differences;
  std::size_t affordable = affordable_listing;
};

/// The rows of all clients with these addresses and these names. `everybody`: `names` are all names and clients without, and a row
/// of all of them is for any name. Rows point into `names`.
[[nodiscard]] std::vector<Row> rows_of(const PairedRegions& regions, std::span<const PairedName> names, bool everybody,
                                       const PairEffects& effects, const RowOptions& options);

}  // namespace core::analysis
