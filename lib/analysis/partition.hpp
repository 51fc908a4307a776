// Partition: all clients there can be, cut by who decides. What every proof starts from.
//
//   policy --partition--> what each address and each name finds, with the rank at which it is asked: the lower rank
//   decides two of them --overlay--> the same for pairs of deciders, where neither side changes
//
// Clients are products of addresses and names (model/axes.hpp), so a partition is about as long as the rules. What
// ident says is laid over that: single addresses and single names. Rules with exceptions are no products; their clients
// are cut for one name after the other. Sets of clients to show are made of it in regions.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/axes.hpp"

namespace core::analysis {

/// Who is found at one place of an axis, by each side.
template <std::size_t sides>
using Found = std::array<Candidate, sides>;

/// Disjoint addresses in order, each range with who is found for clients that no name decides.
template <std::size_t sides>
struct AddressCells {
  RangeList ranges;
  std::vector<Found<sides>> found;

  [[nodiscard]] std::size_t size() const { return found.size(); }
  void push_back(const Range& range, const Found<sides>& who) {
    ranges.push_back(range);
    found.push_back(who);
  }
};

enum class NameKind : std::uint8_t {
  without,  ///< clients that have no name
  others,   ///< names that no pattern is about
  pattern,  ///< one name, or the names below a suffix that no longer pattern is about
};

template <std::size_t sides>
struct NameCell {
  NameKind kind = NameKind::pattern;
  std::string_view pattern;  ///< a text of a policy, or of a query
  Found<sides> found{};
};

/// What holds for clients of whom ident says one thing, where that is not what holds for all.
template <std::size_t sides>
struct InfoCells {
  std::string_view info;
  AddressCells<sides> addresses;       ///< single ones
  std::vector<NameCell<sides>> names;  ///< single ones
};

/// A partition by who decides in each of `sides` policies. These must stay alive. Not thread-safe.
template <std::size_t sides>
struct Cut {
  std::array<const Policy*, sides> policies{};
  std::string daemon;
  AddressCells<sides> addresses;  ///< all; with exceptions: for clients without a name
  /// Every name in exactly one: clients without, others, then the patterns, sorted by is_before_reversed.
  std::vector<NameCell<sides>> names;
  std::vector<InfoCells<sides>> infos;  ///< sorted by info
  bool by_name = false;  ///< some rules have exceptions: names find nobody, and addresses are others for each name
  /// By name, and one side: the addresses for each of `names`, as soon as they were asked for.
  mutable std::vector<AddressCells<sides>> addresses_by_name;
};
using Partition = Cut<1>;
using Overlay = Cut<2>;

/// `policy` must be complete, and find_uncuttable() none. Near-linear in the number of rules.
[[nodiscard]] Partition partition(const Policy& policy, std::string_view daemon);
/// Both for the same daemon. Linear.
[[nodiscard]] Overlay overlay(Partition before, Partition after);

/// What `cells`, as in Cut, say of `pattern`: its own cell, that of the longest suffix, or others.
template <std::size_t sides>
[[nodiscard]] const NameCell<sides>& find_cell(const std::vector<NameCell<sides>>& cells, std::string_view pattern) {
  const auto* found = find_nearest(std::span(cells).subspan(2), pattern);
  return found != nullptr ? *found : cells[1];
}

/// A cut by name, name by name, for clients with one info (none: without). "ALL EXCEPT .example.com EXCEPT 10." holds
/// for other addresses for other names, but for one name every rule is a set of addresses. Costs rules for each name:
/// such files are written by hand.
template <std::size_t sides>
class NameCuts {
 public:
  NameCuts(const Cut<sides>& cut, const std::optional<std::string>& info);
  /// Who decides for clients with this name (none: without).
  [[nodiscard]] AddressCells<sides> cells_for(const std::optional<std::string>& host) const;

 private:
  const Cut<sides>& cut_;
  std::vector<std::optional<Axes>> axes_;  ///< of each side that has no exceptions
};

}  // namespace core::analysis
