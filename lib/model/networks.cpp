// The table of special-purpose networks and what is asked of it: see networks.hpp.
#include "model/networks.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace core {
namespace {

struct Net {
  std::uint32_t first;
  std::uint32_t last;
  NetworkKind kind;
  std::string_view private_name = {};  // only for RFC 1918
};

/// In order, not overlapping. What lies between them is public.
constexpr std::array nets = {
    Net{0x00000000, 0x00ffffff, NetworkKind::reserved},  // "this" network
    Net{0x0a000000, 0x0affffff, NetworkKind::private_use, "10.0.0.0/8"},
    Net{0x64400000, 0x647fffff, NetworkKind::shared},  // RFC 6598
    Net{0x7f000000, 0x7fffffff, NetworkKind::loopback},
    Net{0xa9fe0000, 0xa9feffff, NetworkKind::link_local},
    Net{0xac100000, 0xac1fffff, NetworkKind::private_use, "172.16.0.0/12"},
    Net{0xc0000000, 0xc00000ff, NetworkKind::reserved},  // protocol assignments
    Net{0xc0000200, 0xc00002ff, NetworkKind::documentation},
    Net{0xc0a80000, 0xc0a8ffff, NetworkKind::private_use, "192.168.0.0/16"},
    Net{0xc6120000, 0xc613ffff, NetworkKind::reserved},  // benchmarks
    Net{0xc6336400, 0xc63364ff, NetworkKind::documentation},
    Net{0xcb007100, 0xcb0071ff, NetworkKind::documentation},
    Net{0xe0000000, 0xffffffff, NetworkKind::reserved},  // multicast, future use
};

struct Ipv6Net {
  std::string_view prefix;
  NetworkKind kind;
};

/// What is named here; the narrower ones first. What is not named is reserved.
constexpr std::array ipv6_nets = {
    Ipv6Net{"::1/128", NetworkKind::loopback},        Ipv6Net{"2001:db8::/32", NetworkKind::documentation},
    Ipv6Net{"3fff::/20", NetworkKind::documentation}, Ipv6Net{"2000::/3", NetworkKind::public_internet},
    Ipv6Net{"fc00::/7", NetworkKind::unique_local},   Ipv6Net{"fe80::/10", NetworkKind::link_local},
};

struct KnownPrefix {
  Prefix prefix;
  NetworkKind kind;
};

const std::vector<KnownPrefix>& known_ipv6() {
  static const std::vector<KnownPrefix> known = [] {
    std::vector<KnownPrefix> list;
    for (const Ipv6Net& net : ipv6_nets) list.push_back({*parse_prefix(net.prefix), net.kind});
    return list;
  }();
  return known;
}

NetworkKind ipv6_kind(const Prefix& prefix) {
  for (const KnownPrefix& net : known_ipv6())
    if (net.prefix.covers(prefix)) return net.kind;
  const bool reaches_public = std::any_of(known_ipv6().begin(), known_ipv6().end(), [&](const KnownPrefix& net) {
    return net.kind == NetworkKind::public_internet && prefix.covers(net.prefix);
  });
  return reaches_public ? NetworkKind::public_internet : NetworkKind::reserved;
}

/// Adds the addresses of `range` that lie in none of `holes`, which are in order.
void count_without(AddressCount& count, Range range, const std::vector<Prefix>& holes) {
  for (const Prefix& hole : holes) {
    if (hole.last() < range.first || range.last < hole.first()) continue;
    if (range.first < hole.first())
      for (const Prefix& part : prefixes_of({range.first, *predecessor(hole.first())})) count.add(part);
    if (range.last <= hole.last()) return;
    range.first = *successor(hole.last());
  }
  for (const Prefix& part : prefixes_of(range)) count.add(part);
}

std::uint64_t size_of(std::uint64_t first, std::uint64_t last) { return last < first ? 0 : last - first + 1; }

}  // namespace

std::string_view network_kind_name(NetworkKind kind) {
  switch (kind) {
    case NetworkKind::loopback: return "loopback";
    case NetworkKind::private_use: return "private";
    case NetworkKind::container: return "container";
    case NetworkKind::shared: return "shared";
    case NetworkKind::link_local: return "link-local";
    case NetworkKind::unique_local: return "unique-local";
    case NetworkKind::documentation: return "documentation";
    case NetworkKind::reserved: return "reserved";
    case NetworkKind::public_internet: break;
  }
  return "public";
}

NetworkKind network_kind(const Prefix& prefix) {
  if (prefix.base.family == Family::ipv6) return ipv6_kind(prefix);
  const std::uint32_t first = prefix.base.ipv4();
  const auto last = static_cast<std::uint32_t>(first | 0xffffffffULL >> prefix.bits);
  constexpr std::uint32_t docker = 0xac110000;
  if (first >= docker && last <= (docker | 0xffff)) return NetworkKind::container;
  for (const Net& net : nets)
    if (net.first <= first && last <= net.last) return net.kind;
  return public_addresses_in(range_of(prefix)) > 0 ? NetworkKind::public_internet : NetworkKind::reserved;
}

std::uint64_t public_address_count() {
  static const std::uint64_t count = public_addresses_in({Address::from_ipv4(0), Address::from_ipv4(0xffffffff)});
  return count;
}

std::uint64_t public_addresses_in(const Range& range) {
  if (range.first.family != Family::ipv4) return 0;
  const std::uint32_t first = range.first.ipv4();
  const std::uint32_t last = range.last.ipv4();
  std::uint64_t count = size_of(first, last);
  for (const Net& net : nets) {
    if (last < net.first) break;  // they are in order
    if (first <= net.last) count -= size_of(std::max(first, net.first), std::min(last, net.last));
  }
  return count;
}

void PublicAddresses::add(const Prefix& prefix) {
  if (prefix.base.family == Family::ipv4) {
    ipv4 += public_addresses_in(range_of(prefix));
    return;
  }
  std::vector<Prefix> documentation;
  for (const KnownPrefix& net : known_ipv6())
    if (net.kind == NetworkKind::documentation) documentation.push_back(net.prefix);
  for (const KnownPrefix& net : known_ipv6()) {
    if (net.kind != NetworkKind::public_internet) continue;
    if (net.prefix.covers(prefix)) count_without(ipv6, range_of(prefix), documentation);
    if (prefix.covers(net.prefix) && prefix != net.prefix) count_without(ipv6, range_of(net.prefix), documentation);
  }
}

void PublicAddresses::add(const Range& range) {
  if (range.first.family == Family::ipv4)
    ipv4 += public_addresses_in(range);
  else
    for (const Prefix& prefix : prefixes_of(range)) add(prefix);
}

bool is_too_wide_to_own(const PublicAddresses& addresses) {
  static const AddressCount registry = [] {
    AddressCount count;
    count.add(make_prefix(*parse_ipv6("2000::"), 12));
    return count;
  }();
  return addresses.ipv4 >= public_address_count() / 4 || !(addresses.ipv6 < registry);
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

std::optional<Address> public_ipv6_address_in(const Prefix& prefix) {
  if (prefix.bits >= 127) return prefix.base;
  for (const KnownPrefix& net : known_ipv6())
    if (net.kind == NetworkKind::public_internet && (net.prefix.covers(prefix) || prefix.covers(net.prefix)))
      return successor(std::max(net.prefix.base, prefix.base));
  return std::nullopt;
}

std::string_view private_net_of(const Range& range) {
  if (range.first.family == Family::ipv4) {
    for (const Net& net : nets)
      if (net.first <= range.first.ipv4() && range.last.ipv4() <= net.last) return net.private_name;
    return {};
  }
  for (const KnownPrefix& net : known_ipv6())
    if (net.kind == NetworkKind::unique_local && net.prefix.covers(range.first) && net.prefix.covers(range.last))
      return "fc00::/7";
  return {};
}

}  // namespace core
