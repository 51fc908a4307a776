// How addresses are written in keys, beside inet_ntop(3) of the system.
// Invariant: the GNU library's inet_ntop is the judge here; the core of relayrules writes rules with it.
#include "spelling.hpp"

#include <arpa/inet.h>

#include <array>
#include <random>

#include "rule_cdb.hpp"

using relayrules::runtime::Bytes;
using relayrules::runtime::longest_address;

namespace {

using Groups = std::array<unsigned, 8>;

std::string theirs(const unsigned char* address) {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, address, text, sizeof text);
}

std::string ours(const unsigned char* address) {
  char text[longest_address];
  const Bytes spelt = relayrules::runtime::spell_ipv6(address, RR_TCPSERVER, text);
  return {spelt.data, spelt.size};
}

void compare(const Groups& groups) {
  unsigned char address[16];
  for (size_t i = 0; i < 16; ++i) address[i] = static_cast<unsigned char>(groups[i / 2] >> (i % 2 ? 0 : 8));
  if (IN6_IS_ADDR_V4MAPPED(reinterpret_cast<const in6_addr*>(address))) return;  // these are asked as IPv4
  REQUIRE(ours(address) == theirs(address));
}

}  // namespace

TEST_CASE("IPv6 is spelt for tcpserver as inet_ntop does, whichever groups are zero") {
  constexpr unsigned values[] = {0, 1, 0xffff, 0xa0};
  for (unsigned number = 0; number < 1 << 16; ++number) {
    Groups groups;
    for (size_t i = 0; i < 8; ++i) groups[i] = values[number >> (2 * i) & 3];
    compare(groups);
  }
  std::mt19937 random(20240517);
  for (int round = 0; round < 100'000; ++round) {
    Groups groups;
    for (unsigned& group : groups)
      group = random() % 2 ? 0 : static_cast<unsigned>(random()) & 0xffff >> 4 * (random() % 4);
    compare(groups);
  }
}

TEST_CASE("every octet is spelt without leading zeros") {
  for (unsigned number = 0; number < 256; ++number) {
    const auto octet = static_cast<unsigned char>(number);
    const unsigned char octets[] = {octet, 0, 255, octet};
    char text[longest_address];
    const Bytes spelt = relayrules::runtime::spell_ipv4(octets, text);
    const std::string expected = std::to_string(number) + ".0.255." + std::to_string(number);
    REQUIRE(std::string(spelt.data, spelt.size) == expected);
  }
}
