// The networks of relayrules-env, which cannot have those of base/: held equal to them.
#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "base/address.hpp"
#include "relayrules-env/network.hpp"

namespace {

using relayrules::env::bytes_of;
using relayrules::env::Network;

Network network_of(const std::string& text) {
  Network network;
  INFO(text);
  REQUIRE(relayrules::env::read_network(bytes_of(text.c_str()), &network));
  return network;
}

relayrules::env::Address address_of(const std::string& text) {
  relayrules::env::Address address;
  INFO(text);
  REQUIRE(relayrules::env::read_address(bytes_of(text.c_str()), &address));
  return address;
}

}  // namespace

TEST_CASE("a network of relayrules-env contains what the library's contains") {
  std::mt19937 random(11);
  int inside = 0;
  for (int round = 0; round < 20'000; ++round) {
    const bool is_ipv4 = round % 2 == 0;
    const core::Address near = is_ipv4 ? core::Address::from_ipv4(static_cast<std::uint32_t>(random()))
                                       : *core::parse_address("2001:db8::" + std::to_string(random() % 10000));
    const unsigned all_bits = core::address_bits(near.family);
    const core::Prefix prefix = core::make_prefix(near, static_cast<unsigned>(random() % (all_bits + 1)));
    // an address that shares some bits with the network
    const core::Address other = core::make_prefix(near, static_cast<unsigned>(random() % (all_bits + 1))).base;
    const bool wanted = prefix.covers(other);
    if (wanted) ++inside;
    INFO(core::format_prefix(prefix) << " and " << core::format_address(other));
    CHECK(network_of(core::format_prefix(prefix)).contains(address_of(core::format_address(other))) == wanted);
  }
  CHECK(inside > 5'000);
  CHECK(inside < 19'000);
}
