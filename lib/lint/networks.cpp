// The table of special-purpose networks and what is asked of it: see networks.hpp.
#include "lint/networks.hpp"

#include <algorithm>
#include <array>

namespace relayrules {
namespace {

struct Net {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view private_name;  // only for RFC 1918
};

/// In order, not overlapping.
constexpr std::array nets = {
    Net{0x00000000, 0x00ffffff, ""},                // "this" network
    Net{0x0a000000, 0x0affffff, "10.0.0.0/8"},      // RFC 1918
    Net{0x64400000, 0x647fffff, ""},                // shared address space, RFC 6598
    Net{0x7f000000, 0x7fffffff, ""},                // loopback
    Net{0xa9fe0000, 0xa9feffff, ""},                // link local
    Net{0xac100000, 0xac1fffff, "172.16.0.0/12"},   // RFC 1918
    Net{0xc0000000, 0xc00000ff, ""},                // protocol assignments
    Net{0xc0000200, 0xc00002ff, ""},                // documentation
    Net{0xc0a80000, 0xc0a8ffff, "192.168.0.0/16"},  // RFC 1918
    Net{0xc6120000, 0xc613ffff, ""},                // benchmarks
    Net{0xc6336400, 0xc63364ff, ""},                // documentation
    Net{0xcb007100, 0xcb0071ff, ""},                // documentation
    Net{0xe0000000, 0xffffffff, ""},                // multicast, reserved
};

std::uint64_t size_of(std::uint64_t first, std::uint64_t last) { return last < first ? 0 : last - first + 1; }

}  // namespace

std::uint64_t public_address_count() {
  static const std::uint64_t count = public_addresses_in({Address::from_ipv4(0), Address::from_ipv4(0xffffffff)});
  return count;
}

std::uint64_t public_addresses_in(const Range& range) {
  if (range.first.family != Family::ipv4) return 0;
  const std::uint32_t first = range.first.ipv4();
  const std::uint32_t last = range.last.ipv4();
  std::uint64_t count = size_of(first, last);
  for (const Net& net : nets)
    if (net.first <= last && first <= net.last) count -= size_of(std::max(first, net.first), std::min(last, net.last));
  return count;
}

std::optional<Address> public_address_in(const Range& range) {
  std::uint64_t at = range.first.ipv4();
  const std::uint64_t last = range.last.ipv4();
  for (const Net& net : nets)
    if (net.first <= at && at <= net.last) at = std::uint64_t{net.last} + 1;
  if (at > last) return std::nullopt;
  if (at < last && at % 256 == 0) ++at;
  return Address::from_ipv4(static_cast<std::uint32_t>(at));
}

std::string_view private_net_of(const Range& range) {
  if (range.first.family != Family::ipv4) return {};
  for (const Net& net : nets)
    if (net.first <= range.first.ipv4() && range.last.ipv4() <= net.last) return net.private_name;
  return {};
}

}  // namespace relayrules
