// The networks of the runtime, which cannot have those of base/: held equal to them.
#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "base/address.hpp"
#include "runtime/network.hpp"

namespace {

using relayrules::runtime::Address;
using relayrules::runtime::Bytes;

bool covers(const std::string& network, const std::string& text) {
  const Bytes list{network.data(), network.size()};
  Bytes wrong;
  Address address;
  INFO(network << " and " << text);
  REQUIRE(relayrules::runtime::is_network_list(list, &wrong));
  REQUIRE(relayrules::runtime::read_text({text.data(), text.size()}, &address));
  return relayrules::runtime::list_covers(list, address);
}

}  // namespace

TEST_CASE("a network of the runtime covers what the same network of base covers") {
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
    CHECK(covers(core::format_prefix(prefix), core::format_address(other)) == wanted);
  }
  CHECK(inside > 5'000);
  CHECK(inside < 19'000);
}

TEST_CASE("a list has addresses and networks, and none with bits behind its prefix") {
  const auto wrong_in = [](const std::string& list) {
    Bytes wrong;
    return relayrules::runtime::is_network_list({list.data(), list.size()}, &wrong)
               ? std::string("none")
               : std::string(wrong.data, wrong.size);
  };
  CHECK(wrong_in("192.0.2.1,10.0.0.0/8,2001:db8::/32,::/0") == "none");
  CHECK(wrong_in("10.0.0.0/8,10.0.0.1/8") == "10.0.0.1/8");
  CHECK(wrong_in("10.0.0.0/33") == "10.0.0.0/33");
  CHECK(wrong_in("10.0.0.0/") == "10.0.0.0/");
  CHECK(wrong_in("10.0.0.0/8,,::1") == "");
  CHECK(wrong_in("fe80::1%eth0") == "fe80::1%eth0");
}
