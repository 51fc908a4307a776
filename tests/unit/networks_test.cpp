// The registry of networks: kinds of prefixes, and how much of the public internet they are.
#include "model/networks.hpp"

#include <catch2/catch.hpp>

namespace core {

TEST_CASE("a prefix is of the kind of the network around it, and public as soon as a part of it is") {
  const std::pair<const char*, const char*> rows[] = {
      {"127.0.0.1/32", "loopback"},
      {"10.0.0.0/8", "private"},
      {"10.0.0.0/7", "public"},
      {"172.16.0.0/12", "private"},
      {"172.17.0.0/16", "container"},
      {"172.17.3.4/32", "container"},
      {"172.18.0.0/16", "private"},
      {"192.168.0.0/16", "private"},
      {"192.168.0.0/15", "public"},
      {"100.64.0.0/10", "shared"},
      {"100.0.0.0/8", "public"},
      {"169.254.1.0/24", "link-local"},
      {"203.0.113.0/24", "documentation"},
      {"224.0.0.0/4", "reserved"},
      {"0.0.0.0/0", "public"},
      {"198.41.0.4/32", "public"},
      {"::/0", "public"},
      {"::1/128", "loopback"},
      {"::/128", "reserved"},
      {"2001:db8::/32", "documentation"},
      {"2001:db8:7::/48", "documentation"},
      {"2001::/16", "public"},
      {"3fff::/20", "documentation"},
      {"fc00::/7", "unique-local"},
      {"fd00::/8", "unique-local"},
      {"fe80::/10", "link-local"},
      {"ff00::/8", "reserved"},
      {"4000::/2", "reserved"},
  };
  for (const auto& [prefix, kind] : rows) {
    INFO(prefix);
    CHECK(network_kind_name(network_kind(*parse_prefix(prefix))) == kind);
  }
}

TEST_CASE("public addresses are counted without what is reserved inside") {
  const auto count = [](std::initializer_list<const char*> prefixes) {
    PublicAddresses found;
    for (const char* prefix : prefixes) found.add(*parse_prefix(prefix));
    return std::to_string(found.ipv4) + " " + found.ipv6.text();
  };
  CHECK(count({"10.0.0.0/7"}) == "16777216 0");
  CHECK(count({"0.0.0.0/0"}) == std::to_string(public_address_count()) + " 0");
  CHECK(count({"2001:db8::/32", "fc00::/7", "::/16"}) == "0 0");
  CHECK(count({"2001:db8::/31"}) == "0 79228162514264337593543950336");  // 2^96: the half that is no documentation
  // 2^125 - 2^96 - 2^108
  CHECK(count({"2000::/3"}) == "0 42534971267335486991930705179406499840");
  CHECK(count({"::/0"}) == count({"2000::/3"}));
  CHECK(count({"2001:db8::/33"}) == "0 0");
}

TEST_CASE("a quarter of IPv4, or a /12 of IPv6, is too wide to own") {
  PublicAddresses some;
  some.ipv4 = public_address_count() / 4 - 1;
  CHECK_FALSE(is_too_wide_to_own(some));
  ++some.ipv4;
  CHECK(is_too_wide_to_own(some));
  PublicAddresses ipv6;
  ipv6.add(*parse_prefix("2a00::/13"));
  CHECK_FALSE(is_too_wide_to_own(ipv6));
  ipv6.add(*parse_prefix("2a08::/13"));
  CHECK(is_too_wide_to_own(ipv6));
}

}  // namespace core
