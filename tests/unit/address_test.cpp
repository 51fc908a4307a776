// Addresses, masks and prefixes: every mask length of both families against arithmetic done another way, and
// prefixes_of against brute force.
#include "base/address.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

namespace core {
namespace {

Address random_address(Family family, std::mt19937& random) {
  Address address;
  address.family = family;
  for (unsigned i = 0; i < address_bits(family) / 8; ++i) address.bytes[i] = static_cast<std::uint8_t>(random());
  return address;
}

bool bit(const Address& address, unsigned index) { return (address.bytes[index / 8] >> (7 - index % 8) & 1) != 0; }

/// Bit by bit: what a prefix is by definition.
bool share_bits(const Address& a, const Address& b, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i)
    if (bit(a, i) != bit(b, i)) return false;
  return true;
}

}  // namespace

TEST_CASE("a prefix of every length of both families has the first and last address that its bits say") {
  std::mt19937 random(1);
  for (const Family family : {Family::ipv4, Family::ipv6})
    for (unsigned bits = 0; bits <= address_bits(family); ++bits) {
      const Address address = random_address(family, random);
      const Prefix prefix = make_prefix(address, bits);
      INFO(format_prefix(prefix));
      for (unsigned i = 0; i < address_bits(family); ++i) {
        REQUIRE(bit(prefix.first(), i) == (i < bits && bit(address, i)));
        REQUIRE(bit(prefix.last(), i) == (i >= bits || bit(address, i)));
      }
      CHECK(prefix.covers(address));
      CHECK(prefix.covers(prefix.first()));
      CHECK(prefix.covers(prefix.last()));
      if (const auto outside = successor(prefix.last())) CHECK_FALSE(prefix.covers(*outside));
      if (const auto outside = predecessor(prefix.first())) CHECK_FALSE(prefix.covers(*outside));
    }
}

TEST_CASE("covers agrees with a comparison bit by bit for every length") {
  std::mt19937 random(2);
  for (const Family family : {Family::ipv4, Family::ipv6})
    for (unsigned bits = 0; bits <= address_bits(family); ++bits) {
      const Address base = random_address(family, random);
      const Prefix prefix = make_prefix(base, bits);
      for (unsigned flipped = 0; flipped < address_bits(family); ++flipped) {
        Address other = base;
        other.bytes[flipped / 8] = static_cast<std::uint8_t>(other.bytes[flipped / 8] ^ (0x80U >> flipped % 8));
        REQUIRE(prefix.covers(other) == share_bits(base, other, bits));
      }
    }
}

TEST_CASE("an IPv4 prefix covers no IPv6 address, and the other way round") {
  CHECK_FALSE(make_prefix(*parse_address("0.0.0.0"), 0).covers(*parse_address("::")));
  CHECK_FALSE(make_prefix(*parse_address("::"), 0).covers(*parse_address("0.0.0.0")));
}

TEST_CASE("a prefix covers another when all of it lies inside") {
  const Prefix wide = *parse_prefix("10.0.0.0/8");
  CHECK(wide.covers(wide));
  CHECK(wide.covers(*parse_prefix("10.255.0.0/16")));
  CHECK_FALSE(wide.covers(*parse_prefix("11.0.0.0/16")));
  CHECK_FALSE(parse_prefix("10.255.0.0/16")->covers(wide));
}

TEST_CASE("the ends of the address space have no neighbours") {
  CHECK(successor(*parse_address("255.255.255.255")) == std::nullopt);
  CHECK(predecessor(*parse_address("0.0.0.0")) == std::nullopt);
  CHECK(successor(*parse_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) == std::nullopt);
  CHECK(predecessor(*parse_address("::")) == std::nullopt);
  CHECK(successor(*parse_address("1.2.255.255")) == parse_address("1.3.0.0"));
  CHECK(predecessor(*parse_address("1.3.0.0")) == parse_address("1.2.255.255"));
  CHECK(successor(*parse_address("1::ffff:ffff")) == parse_address("1::1:0:0"));
}

TEST_CASE("IPv4 text is four decimal octets without leading zeros, and nothing else") {
  for (const char* good : {"0.0.0.0", "255.255.255.255", "1.2.3.4", "10.0.0.10"}) {
    INFO(good);
    REQUIRE(parse_ipv4(good).has_value());
    CHECK(format_address(*parse_ipv4(good)) == good);
  }
  for (const char* bad :
       {"", ".", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.00", "1.2.3.4 ",
        " 1.2.3.4", "+1.2.3.4", "-1.2.3.4", "1..2.3", "1.2.3.a", "0x1.2.3.4", "1.2.3.4294967297", "1,2,3,4"}) {
    INFO(bad);
    CHECK_FALSE(parse_ipv4(bad).has_value());
  }
  CHECK_FALSE(parse_ipv4(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST_CASE("IPv6 text is read in every form and written in the shortest") {
  const std::map<std::string, std::string> forms = {{"::", "::"},
                                                    {"0:0:0:0:0:0:0:1", "::1"},
                                                    {"2001:DB8:0:0::0001", "2001:db8::1"},
                                                    {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
                                                    {"::ffff:1.2.3.4", "::ffff:1.2.3.4"}};
  for (const auto& [text, canonical] : forms) CHECK(format_address(parse_ipv6(text).value()) == canonical);
  for (const char* bad : {"", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "[::1]", "fe80::1%eth0",
                          "::1 ", "g::", "12345::"}) {
    INFO(bad);
    CHECK_FALSE(parse_ipv6(bad).has_value());
  }
  CHECK_FALSE(parse_ipv6(std::string_view("::1\0x", 5)).has_value());
}

TEST_CASE("unmapped takes the IPv4 address out of its IPv6 form, and leaves every other alone") {
  CHECK(unmapped(*parse_address("::ffff:1.2.3.4")) == parse_address("1.2.3.4"));
  for (const char* other : {"::1.2.3.4", "::fffe:1.2.3.4", "1::ffff:1.2.3.4", "::1", "1.2.3.4"})
    CHECK(unmapped(*parse_address(other)) == parse_address(other));
}

TEST_CASE("a prefix is an address, a slash and a plain length") {
  CHECK(format_prefix(*parse_prefix("10.1.2.3/8")) == "10.0.0.0/8");
  CHECK(format_prefix(*parse_prefix("2001:db8::1/32")) == "2001:db8::/32");
  for (const char* bad :
       {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10/8", "/8", "::/129", "10.0.0.0/8/8"}) {
    INFO(bad);
    CHECK_FALSE(parse_prefix(bad).has_value());
  }
}

TEST_CASE("every IPv4 mask has its length, and a mask with a hole has none") {
  for (unsigned bits = 0; bits <= 32; ++bits) {
    const auto mask = static_cast<std::uint32_t>(~std::uint64_t{0} << (32 - bits));
    CHECK(mask_length(Address::from_ipv4(mask)) == bits);
    if (bits > 1) CHECK(mask_length(Address::from_ipv4(mask & 0x7fffffffU)) == std::nullopt);
  }
}

namespace {

/// The fewest aligned blocks for [first, last] of a 10 bit world, by trying every block, widest first.
std::size_t fewest_blocks(unsigned first, unsigned last, unsigned step) {
  std::size_t count = 0;
  while (first <= last) {
    unsigned bits = 0;
    while (bits + step <= 10 && first % (1U << (bits + step)) == 0 && first + (1U << (bits + step)) - 1 <= last)
      bits += step;
    first += 1U << bits;
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("prefixes_of gives the fewest prefixes that are exactly the range, for every range near an octet's border") {
  const std::uint32_t base = parse_address("10.1.252.0")->ipv4();
  for (unsigned first = 0; first < 1024; first += 7)
    for (unsigned last = first; last < 1024; last += 5) {
      const Range range{Address::from_ipv4(base + first), Address::from_ipv4(base + last)};
      const auto prefixes = prefixes_of(range);
      REQUIRE(prefixes.size() == fewest_blocks(first, last, 1));
      std::optional<Address> next = range.first;
      for (const Prefix& prefix : prefixes) {
        REQUIRE(prefix.first() == next);
        next = successor(prefix.last());
      }
      REQUIRE(prefixes.back().last() == range.last);
    }
}

TEST_CASE("prefixes_of in octet steps gives only lengths of 8, 16, 24 and 32, and exactly the range") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    Address a = random_address(Family::ipv4, random);
    Address b = Address::from_ipv4(a.ipv4() ^ (static_cast<std::uint32_t>(random()) >> (8 + random() % 24)));
    const Range range{std::min(a, b), std::max(a, b)};
    std::optional<Address> next = range.first;
    for (const Prefix& prefix : prefixes_of(range, 8)) {
      REQUIRE(prefix.bits % 8 == 0);
      REQUIRE(prefix.first() == next);
      next = successor(prefix.last());
    }
    REQUIRE(next == successor(range.last));
  }
}

TEST_CASE("prefixes_of the whole space is one prefix, up to its very last address") {
  CHECK(prefixes_of({*parse_address("0.0.0.0"), *parse_address("255.255.255.255")}).size() == 1);
  CHECK(prefixes_of({*parse_address("::"), *parse_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")}).size() == 1);
  CHECK(prefixes_of({*parse_address("255.255.255.254"), *parse_address("255.255.255.255")}).front().bits == 31);
  CHECK(prefixes_of({*parse_address("::1"), *parse_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe")}).size() == 254);
}

}  // namespace core
