// AddressMap: the decided regions of a policy, cut down to what a picture of the IPv4 space can show.
//
//   decided_regions --> pieces (exact, to the address) --> runs of cells (a /24 each, or coarser)
//                                                      --> marks for what is too small to be seen
//
// The pieces are what clients get of whom nothing but the address is known; what names and ident change lies over them.
// A cell in which decisions differ has the most dangerous one: the picture may show too much danger, never too little.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/regions.hpp"

namespace core {

/// What the clients of a place may do, least dangerous first.
enum class MapState : std::uint8_t {
  denied,
  allowed,
  relay_private,  ///< may relay, but has no public address: private, loopback, reserved
  relay_public,
};
inline constexpr std::size_t map_state_count = 4;

/// Neighbouring addresses that one region decides.
struct MapPiece {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  MapState state = MapState::denied;
  std::uint32_t region = 0;  ///< index into the decided regions

  [[nodiscard]] std::uint64_t addresses() const { return std::uint64_t{last} - first + 1; }
};

/// Neighbouring cells that look alike. A cell is the prefix of AddressMap::cell_bits with this number.
struct MapRun {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  MapState state = MapState::denied;
  bool mixed = false;        ///< not all addresses have this state; none has a more dangerous one
  std::uint32_t region = 0;  ///< one that gives the state
};

/// Small relay networks near each other.
struct MapMark {
  MapState state = MapState::relay_private;
  std::uint32_t networks = 0;
  MapPiece first;  ///< the first of those with the state
};

/// The prefix length of the area that has one mark at most, and of networks large enough to be seen without one.
inline constexpr unsigned mark_area_bits = 12;
inline constexpr unsigned seen_bits = 14;

struct AddressMap {
  unsigned cell_bits = 24;
  std::vector<MapPiece> pieces;  ///< all of IPv4, in order, without gaps
  std::vector<MapRun> runs;      ///< the same in cells
  /// By what they may do (denied, allowed, relay_public for whoever relays): where some names, or some answers of
  /// ident, lead to that and the address alone does not.
  std::array<RangeList, map_state_count> by_name;
  std::vector<MapMark> marks;  ///< in order
};

/// `regions` as decided_regions gives them. The cells are /24, or as much coarser as is needed to draw them with about
/// `most_squares` squares.
[[nodiscard]] AddressMap map_addresses(const std::vector<analysis::DecidedRegion>& regions, std::size_t most_squares);

/// What clients with the names or the answers of ident of `region` may do. Who relays because of these counts as
/// public: both can be forged.
[[nodiscard]] MapState state_by_name(const analysis::DecidedRegion& region);

}  // namespace core
