// The map of the address space: what it shows of a place is what evaluate says of the clients there, and never less
// dangerous.
#include <catch2/catch.hpp>

#include <algorithm>

#include "model/networks.hpp"
#include "report/address_map.hpp"
#include "small_world.hpp"

namespace core {
namespace {

constexpr std::size_t no_limit = 100'000'000;

AddressMap map_of(const std::string& rules, std::size_t most_squares = no_limit) {
  const Policy policy = small_world::policy_of(rules, small_world::key_order);
  return map_addresses(analysis::decided_regions(analysis::partition(policy, {})), most_squares);
}

MapState state_at(const Policy& policy, const Address& address) {
  const Decision decision = evaluate(policy, {address, {}, {}});
  if (relays(policy, decision))
    return public_addresses_in({address, address}) == 1 ? MapState::relay_public : MapState::relay_private;
  return permits(policy, decision) ? MapState::allowed : MapState::denied;
}

/// The run that shows `address`.
const MapRun& run_at(const AddressMap& map, std::uint32_t address) {
  const std::uint32_t cell = address >> (32 - map.cell_bits);
  return *std::find_if(map.runs.begin(), map.runs.end(), [&](const MapRun& run) { return run.last >= cell; });
}

bool by_name_at(const AddressMap& map, MapState state, std::string_view address) {
  const auto& ranges = map.by_name[static_cast<std::size_t>(state)];
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.covers(*parse_address(address)); });
}

/// Runs are what the pieces make of each cell, cell for cell, where pieces begin or end.
void check_runs(const AddressMap& map) {
  const unsigned shift = 32 - map.cell_bits;
  std::uint64_t next = 0;
  for (const MapRun& run : map.runs) {
    REQUIRE(run.first == next);
    next = std::uint64_t{run.last} + 1;
  }
  REQUIRE(next == std::uint64_t{1} << map.cell_bits);
  for (const MapPiece& edge : map.pieces) {
    for (const std::uint32_t cell : {edge.first >> shift, edge.last >> shift}) {
      MapState worst = MapState::denied;
      MapState best = MapState::relay_public;
      for (const MapPiece& piece : map.pieces) {
        if (piece.last >> shift < cell || piece.first >> shift > cell) continue;
        worst = std::max(worst, piece.state);
        best = std::min(best, piece.state);
      }
      const MapRun& run = run_at(map, cell << shift);
      REQUIRE(run.state == worst);
      REQUIRE(run.mixed == (worst != best));
    }
  }
}

TEST_CASE("the map shows of every place what evaluate says of the clients there") {
  small_world::RuleMaker maker(71);
  for (std::uint32_t round = 0; round < small_world::rounds(300); ++round) {
    const std::string rules = maker.rules(12);
    CAPTURE(rules);
    const Policy policy = small_world::policy_of(rules, small_world::key_order);
    const AddressMap map = map_addresses(analysis::decided_regions(analysis::partition(policy, {})), no_limit);
    std::uint64_t next = 0;
    for (const MapPiece& piece : map.pieces) {
      REQUIRE(piece.first == next);
      next = std::uint64_t{piece.last} + 1;
      REQUIRE(piece.state == state_at(policy, Address::from_ipv4(piece.first)));
      REQUIRE(piece.state == state_at(policy, Address::from_ipv4(piece.last)));
    }
    REQUIRE(next == std::uint64_t{1} << 32);
    check_runs(map);
  }
}

TEST_CASE("a cell in which decisions differ has the most dangerous one, and says that it is mixed") {
  const AddressMap map = map_of("8.8.8.8:allow,RELAYCLIENT=\"\"\n8.8.9.:deny\n8.8.9.7:allow\n8.8.10.:deny\n:allow\n");
  REQUIRE(map.runs.size() == 5);
  CHECK(map.runs[1].first == 0x080808);
  CHECK(map.runs[1].last == 0x080808);
  CHECK(map.runs[1].state == MapState::relay_public);
  CHECK(map.runs[1].mixed);
  CHECK(map.runs[2].state == MapState::allowed);
  CHECK(map.runs[2].mixed);
  CHECK(map.runs[3].state == MapState::denied);
  CHECK_FALSE(map.runs[3].mixed);
}

TEST_CASE("relaying for everybody is cut into public and other addresses") {
  const AddressMap map = map_of(":allow,RELAYCLIENT=\"\"\n");
  std::uint64_t in_public = 0;
  for (const MapPiece& piece : map.pieces)
    if (piece.state == MapState::relay_public) in_public += piece.addresses();
  CHECK(in_public == public_address_count());
  CHECK(run_at(map, 0x0a000001).state == MapState::relay_private);
  CHECK(run_at(map, 0x7f000001).state == MapState::relay_private);
  CHECK(run_at(map, 0x08080808).state == MapState::relay_public);
}

TEST_CASE("small relay networks have a mark, one for those near each other, in the colour of the worst") {
  const AddressMap map = map_of(
      "192.168.1.:allow,RELAYCLIENT=\"\"\n192.169.0.1:allow,RELAYCLIENT=\"\"\n10.:allow,RELAYCLIENT=\"\"\n"
      "8.8.8.8:allow,RELAYCLIENT=\"\"\n:allow\n");
  REQUIRE(map.marks.size() == 2);
  CHECK(map.marks[0].state == MapState::relay_public);
  CHECK(map.marks[0].networks == 1);
  CHECK(map.marks[0].first.first == 0x08080808);
  CHECK(map.marks[1].state == MapState::relay_public);
  CHECK(map.marks[1].networks == 2);
  CHECK(map.marks[1].first.first == 0xc0a90001);
}

TEST_CASE("names and ident lie over the map only where they change what the address alone gets") {
  const AddressMap map = map_of(
      "=.b:allow,RELAYCLIENT=\"\"\n=a:deny\nx@1.1.1.1:allow,RELAYCLIENT=\"\"\n10.:allow,RELAYCLIENT=\"\"\n"
      "2.:deny\n:allow\n");
  CHECK(by_name_at(map, MapState::relay_public, "8.8.8.8"));
  CHECK(by_name_at(map, MapState::relay_public, "1.1.1.1"));
  CHECK_FALSE(by_name_at(map, MapState::relay_public, "10.0.0.1"));
  CHECK_FALSE(by_name_at(map, MapState::relay_public, "2.0.0.1"));  // the address is asked before the suffix
  CHECK(by_name_at(map, MapState::denied, "10.0.0.1"));             // and behind a full name
  CHECK_FALSE(by_name_at(map, MapState::denied, "2.0.0.1"));
}

TEST_CASE("too many small networks are drawn in coarser cells, none of which looks safer than it is") {
  std::string rules;
  for (int i = 0; i < 256; ++i) rules += "8." + std::to_string(i) + ".7.:allow,RELAYCLIENT=\"\"\n";
  const AddressMap fine = map_of(rules + ":deny\n");
  CHECK(fine.cell_bits == 24);
  const AddressMap coarse = map_of(rules + ":deny\n", 100);
  CHECK(coarse.cell_bits == 14);
  check_runs(coarse);
  CHECK(run_at(coarse, 0x08050707).state == MapState::relay_public);
  CHECK(run_at(coarse, 0x08050707).mixed);
}

}  // namespace
}  // namespace core
