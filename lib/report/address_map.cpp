// From regions to pieces, cells and marks: see address_map.hpp.
#include "report/address_map.hpp"

#include <algorithm>

#include "analysis/audit.hpp"
#include "model/networks.hpp"

namespace core {
namespace {

using analysis::DecidedRegion;

Range ipv4_range(std::uint32_t first, std::uint32_t last) {
  return {Address::from_ipv4(first), Address::from_ipv4(last)};
}

/// Cuts a prefix that may relay where public networks begin and end.
void add_relay_pieces(const Prefix& prefix, std::uint32_t region, std::vector<MapPiece>& pieces) {
  const MapPiece piece{prefix.first().ipv4(), prefix.last().ipv4(), MapState::relay_public, region};
  const std::uint64_t in_public = public_addresses_in(range_of(prefix));
  if (in_public == piece.addresses()) return pieces.push_back(piece);
  if (in_public == 0) return pieces.push_back({piece.first, piece.last, MapState::relay_private, region});
  const unsigned half = prefix.bits + 1U;
  add_relay_pieces(make_prefix(prefix.first(), half), region, pieces);
  add_relay_pieces(make_prefix(prefix.last(), half), region, pieces);
}

void join_neighbours(std::vector<MapPiece>& pieces) {
  std::size_t kept = 0;
  for (const MapPiece& piece : pieces) {
    MapPiece& previous = pieces[kept == 0 ? 0 : kept - 1];
    if (kept > 0 && previous.state == piece.state && previous.region == piece.region)
      previous.last = piece.last;
    else
      pieces[kept++] = piece;
  }
  pieces.resize(kept);
}

std::vector<MapPiece> pieces_of(const std::vector<DecidedRegion>& regions) {
  std::vector<MapPiece> pieces;
  for (std::uint32_t i = 0; i < regions.size(); ++i) {
    if (!is_by_address(regions[i].clients)) continue;
    const analysis::Effect& effect = regions[i].decision.effect;
    const RangeList& ranges = regions[i].clients.ranges;
    for (std::size_t k = 0; k < ranges.ipv4_size(); ++k) {
      const auto [first, last] = ranges.ipv4(k);
      if (effect.relay)
        for (const Prefix& prefix : prefixes_of(ranges[k])) add_relay_pieces(prefix, i, pieces);
      else
        pieces.push_back({first, last, effect.allowed ? MapState::allowed : MapState::denied, i});
    }
  }
  std::sort(pieces.begin(), pieces.end(), [](const MapPiece& a, const MapPiece& b) { return a.first < b.first; });
  join_neighbours(pieces);
  return pieces;
}

/// Adds cells behind the others, of which the last one may be the first of `added`: then two decisions share it.
void add_cells(std::vector<MapRun>& runs, MapRun added) {
  if (!runs.empty() && runs.back().last == added.first) {
    MapRun shared = runs.back();
    shared.first = shared.last;
    if (runs.back().first == shared.first)
      runs.pop_back();
    else
      --runs.back().last;
    const bool differ = shared.mixed || shared.state != added.state;
    if (shared.state < added.state) {
      shared.state = added.state;
      shared.region = added.region;
    }
    shared.mixed = differ;
    runs.push_back(shared);
    if (added.first++ == added.last) return;
  }
  if (!runs.empty() && runs.back().state == added.state && runs.back().region == added.region &&
      runs.back().mixed == added.mixed)
    runs.back().last = added.last;
  else
    runs.push_back(added);
}

std::vector<MapRun> runs_of(const std::vector<MapPiece>& pieces, unsigned cell_bits) {
  const unsigned shift = 32 - cell_bits;
  std::vector<MapRun> runs;
  for (const MapPiece& piece : pieces)
    add_cells(runs, {piece.first >> shift, piece.last >> shift, piece.state, false, piece.region});
  return runs;
}

std::size_t look_of(const MapRun& run) { return 2 * static_cast<std::size_t>(run.state) + (run.mixed ? 1 : 0); }

/// What most cells look like is the ground on which the rest is drawn, and needs no squares.
bool fits(const std::vector<MapRun>& runs, unsigned cell_bits, std::size_t most_squares) {
  std::array<std::uint64_t, 2 * map_state_count> cells{};
  for (const MapRun& run : runs) cells[look_of(run)] += std::uint64_t{run.last} - run.first + 1;
  const auto ground = static_cast<std::size_t>(std::max_element(cells.begin(), cells.end()) - cells.begin());
  const unsigned shift = 32 - cell_bits;
  std::size_t squares = 0;
  for (const MapRun& run : runs) {
    if (look_of(run) == ground) continue;
    squares += prefixes_of(ipv4_range(run.first << shift, (run.last << shift) + ((1U << shift) - 1))).size();
    if (squares > most_squares) return false;
  }
  return true;
}

bool is_relay(MapState state) { return state >= MapState::relay_private; }

/// The parts of `ranges` in which the address alone gives something else than `state`.
RangeList where_it_differs(const RangeList& ranges, const std::vector<MapPiece>& pieces, MapState state) {
  RangeList parts;
  auto piece = pieces.begin();
  for (const Range& range : ranges) {
    while (piece->last < range.first.ipv4()) ++piece;
    for (auto at = piece; at != pieces.end() && at->first <= range.last.ipv4(); ++at)
      if (at->state != state && !(is_relay(at->state) && is_relay(state)))
        parts.append(ipv4_range(std::max(at->first, range.first.ipv4()), std::min(at->last, range.last.ipv4())));
  }
  return parts;
}

RangeList decided_by_name(const std::vector<DecidedRegion>& regions, const std::vector<MapPiece>& pieces,
                          MapState state) {
  std::vector<Range> ranges;
  for (const DecidedRegion& region : regions) {
    if (is_by_address(region.clients) || state_by_name(region) != state) continue;
    for (std::size_t i = 0; i < region.clients.ranges.ipv4_size(); ++i) ranges.push_back(region.clients.ranges[i]);
  }
  return where_it_differs(range_list_of(std::move(ranges)), pieces, state);
}

/// One mark for all small networks of an area, in the colour of the most dangerous.
void add_mark(std::vector<MapMark>& marks, const MapPiece& network) {
  const unsigned shift = 32 - mark_area_bits;
  if (marks.empty() || marks.back().first.first >> shift != network.first >> shift)
    marks.push_back({network.state, 0, network});
  MapMark& mark = marks.back();
  ++mark.networks;
  if (mark.state < network.state) {
    mark.state = network.state;
    mark.first = network;
  }
}

std::vector<MapMark> marks_of(const std::vector<MapPiece>& pieces) {
  std::vector<MapMark> marks;
  for (std::size_t i = 0; i < pieces.size();) {
    MapPiece network = pieces[i++];
    if (!is_relay(network.state)) continue;
    for (; i < pieces.size() && is_relay(pieces[i].state); ++i) {
      network.last = pieces[i].last;
      network.state = std::max(network.state, pieces[i].state);
    }
    if (network.addresses() < std::uint64_t{1} << (32 - seen_bits)) add_mark(marks, network);
  }
  return marks;
}

}  // namespace

MapState state_by_name(const DecidedRegion& region) {
  const analysis::Effect& effect = region.decision.effect;
  if (effect.relay) return MapState::relay_public;
  return effect.allowed ? MapState::allowed : MapState::denied;
}

AddressMap map_addresses(const std::vector<DecidedRegion>& regions, std::size_t most_squares) {
  AddressMap map;
  map.pieces = pieces_of(regions);
  map.marks = marks_of(map.pieces);
  for (const MapState state : {MapState::denied, MapState::allowed, MapState::relay_public})
    map.by_name[static_cast<std::size_t>(state)] = decided_by_name(regions, map.pieces, state);
  do {
    map.runs = runs_of(map.pieces, map.cell_bits);
    if (fits(map.runs, map.cell_bits, most_squares)) return map;
    map.cell_bits -= 2;
  } while (map.cell_bits > 8);
  map.runs = runs_of(map.pieces, map.cell_bits);
  return map;
}

}  // namespace core
