// RangeList and the cut of claims by the million: against sets of single addresses, and against prefixes_of for each
// range.
#include "base/range_list.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "model/space.hpp"
#include "small_world.hpp"

namespace core {
namespace {

/// An address in one of three places: the first of IPv4, the last of IPv4, the last of IPv6.
Address address_at(unsigned place, unsigned offset) {
  if (place == 0) return Address::from_ipv4(offset);
  if (place == 1) return Address::from_ipv4(0xffffffffU - 31 + offset);
  Address address = all_addresses(Family::ipv6).last;
  address.bytes[15] = static_cast<std::uint8_t>(255 - 31 + offset);
  return address;
}

Range random_range(std::mt19937& random) {
  const unsigned place = static_cast<unsigned>(random() % 3);
  const unsigned a = static_cast<unsigned>(random() % 32);
  const unsigned b = static_cast<unsigned>(random() % 32);
  return {address_at(place, std::min(a, b)), address_at(place, std::max(a, b))};
}

std::set<Address> addresses_in(const std::vector<Range>& ranges) {
  std::set<Address> addresses;
  for (unsigned place = 0; place < 3; ++place)
    for (unsigned offset = 0; offset < 32; ++offset)
      for (const Range& range : ranges)
        if (range.covers(address_at(place, offset))) addresses.insert(address_at(place, offset));
  return addresses;
}

std::vector<Range> random_ranges(std::mt19937& random) {
  std::vector<Range> ranges;
  for (std::size_t i = random() % 6; i > 0; --i) ranges.push_back(random_range(random));
  return ranges;
}

void check_never_touching(const RangeList& list) {
  for (std::size_t i = 1; i < list.size(); ++i) {
    CHECK(list[i - 1].last < list[i].first);
    const auto behind = successor(list[i - 1].last);
    CHECK((list[i].first.family != list[i - 1].last.family || *behind < list[i].first));
  }
}

}  // namespace

TEST_CASE("a list made of any ranges has their addresses, in ranges that never touch") {
  std::mt19937 random(1);
  for (unsigned round = 0; round < small_world::rounds(2000); ++round) {
    const auto a = random_ranges(random);
    const auto b = random_ranges(random);
    auto both = a;
    both.insert(both.end(), b.begin(), b.end());
    const RangeList list = merged(range_list_of(a), range_list_of(b));
    CAPTURE(round);
    REQUIRE(list == range_list_of(both));
    check_never_touching(list);
    const std::set<Address> wanted = addresses_in(both);
    REQUIRE(count_addresses(list) == AddressCount(wanted.size()));
    for (unsigned place = 0; place < 3; ++place)
      for (unsigned offset = 0; offset < 32; ++offset) {
        const Address address = address_at(place, offset);
        const auto found = find(list, address);
        REQUIRE(found.has_value() == wanted.contains(address));
        if (found) REQUIRE(list[*found].covers(address));
      }
  }
}

TEST_CASE("the prefixes of a list are those of its ranges, and are counted without being made") {
  std::mt19937 random(2);
  const auto some = static_cast<std::uint32_t>(random());
  RangeList list{{Address::from_ipv4(0), Address::from_ipv4(5)},
                 {Address::from_ipv4(7), Address::from_ipv4(some)},
                 all_addresses(Family::ipv6)};
  std::vector<Prefix> wanted;
  for (const Range& range : list) append_prefixes(wanted, range);
  CHECK(prefixes_of(list) == wanted);
  CHECK(count_prefixes(list) == wanted.size());
  wanted.resize(4);
  CHECK(prefixes_of(list, 4) == wanted);
  CHECK(count_prefixes({all_addresses(Family::ipv4)}) == 1);
  for (unsigned round = 0; round < small_world::rounds(20000); ++round) {
    const auto a = static_cast<std::uint32_t>(random() >> random() % 32);
    const auto b = static_cast<std::uint32_t>(random() >> random() % 32);
    const Range range{Address::from_ipv4(std::min(a, b)), Address::from_ipv4(std::max(a, b))};
    CAPTURE(a, b);
    REQUIRE(count_prefixes({range}) == prefixes_of(range).size());
  }
}

TEST_CASE("what two ranges have in common is said with which of them goes on") {
  const RangeList a{{Address::from_ipv4(0), Address::from_ipv4(9)}, all_addresses(Family::ipv6)};
  const RangeList b{{Address::from_ipv4(5), Address::from_ipv4(20)}, all_addresses(Family::ipv6)};
  RangeList common;
  CHECK(common.push_common(a, 0, b, 0) < 0);
  CHECK(common.push_common(b, 0, a, 0) > 0);
  CHECK(common.push_common(a, 1, b, 1) == 0);
  CHECK(common[0] == Range{Address::from_ipv4(5), Address::from_ipv4(9)});
  CHECK(common[2] == all_addresses(Family::ipv6));
}

TEST_CASE("claims by the thousand cut space as each address by itself would be settled") {
  // more than are sorted by comparing, in a space small enough to be looked at address by address
  std::mt19937 random(3);
  constexpr std::uint32_t space = 0x10000;
  Claims claims;
  std::vector<std::uint32_t> winners(space, no_rule);
  for (std::uint32_t rank = 0; rank < 6000; ++rank) {
    const std::uint32_t first = static_cast<std::uint32_t>(random()) % space;
    const std::uint32_t last = std::min(space - 1, first + static_cast<std::uint32_t>(random()) % 12);
    claims.add({Address::from_ipv4(first << 16), Address::from_ipv4((last << 16) + 0xffff)}, rank);
    for (std::uint32_t at = first; at <= last; ++at) winners[at] = std::min(winners[at], rank);
  }
  const RankedRegions cut = cut_space(claims);
  REQUIRE(cut.ranges.size() == cut.ranks.size());
  REQUIRE(cut.ranges.front().first == Address::from_ipv4(0));
  for (std::size_t i = 1; i < cut.ranges.ipv4_size(); ++i) {
    REQUIRE(successor(cut.ranges[i - 1].last) == cut.ranges[i].first);
    REQUIRE(cut.ranks[i - 1] != cut.ranks[i]);
  }
  CHECK(cut.ranges.back() == all_addresses(Family::ipv6));
  for (std::uint32_t at = 0; at < space; ++at)
    REQUIRE(cut.ranks[*find(cut.ranges, Address::from_ipv4((at << 16) + 77))] == winners[at]);
}

}  // namespace core
