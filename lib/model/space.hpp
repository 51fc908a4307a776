// The address space cut into regions, each with the one rule that decides it.
//
// Analysis and lowering never ask about single addresses: they ask about regions in which all addresses fare alike. Two
// or more ranges over one place are settled by rank, the lowest wins; with a rule's index as rank that is "first
// match".
#pragma once

#include <cstdint>
#include <vector>

#include "base/address.hpp"
#include "base/range_list.hpp"

namespace core {

/// A claim on some addresses. The lowest rank wins where claims overlap.
struct RankedRange {
  Range range;
  std::uint32_t rank = 0;
};

/// Stands for a rule, or for the rank of one, where there is none; all others are lower.
inline constexpr std::uint32_t no_rule = 0xffffffffU;

/// A piece of the space that one rank wins.
struct Region {
  Range range;
  std::uint32_t rank = no_rule;
};

/// All of `family` as disjoint regions in order, without gaps: neighbours differ in rank. Claims of the other family
/// are left out. Time and memory are near-linear in the number of claims, and there are at most twice as many regions
/// plus one.
[[nodiscard]] std::vector<Region> cut_space(Family family, const std::vector<RankedRange>& claims);

/// All of IPv4 and then all of IPv6, cut where the winner changes.
struct RankedRegions {
  RangeList ranges;                  ///< without gaps
  std::vector<std::uint32_t> ranks;  ///< the winner of each range; no_rule where there is none
};

/// Claims by the million, as numbers.
class Claims {
 public:
  void reserve_ipv4(std::size_t count) { reserve_large(ipv4_, count); }
  /// Adds a claim; where it goes on from the last one, at the same rank, the two become one.
  void add(const Range& range, std::uint32_t rank);
  void add(const Prefix& prefix, std::uint32_t rank);

  template <typename Number>
  struct Claim {
    Number first;
    Number last;
    std::uint32_t rank;
  };
  using Ipv6Number = unsigned __int128;

 private:
  friend RankedRegions cut_space(Claims claims);

  std::vector<Claim<std::uint32_t>> ipv4_;
  std::vector<Claim<Ipv6Number>> ipv6_;
};

/// As cut_space for one family, for both.
[[nodiscard]] RankedRegions cut_space(Claims claims);

/// The addresses of `included` without those of `excluded`: disjoint, in order, neighbours joined. Near-linear.
[[nodiscard]] std::vector<Range> subtract(const std::vector<Range>& included, const std::vector<Range>& excluded);
[[nodiscard]] RangeList subtract(const RangeList& included, const RangeList& excluded);

}  // namespace core
