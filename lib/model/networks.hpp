// Well-known networks: what is not the public internet (RFC 6890 and the registries of IANA), and what counts as too
// much of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/address.hpp"
#include "base/address_count.hpp"

namespace core {

/// What a network is for.
enum class NetworkKind : std::uint8_t {
  loopback,
  private_use,  ///< RFC 1918
  container,    ///< 172.17.0.0/16, where Docker puts containers: what they forward comes from everywhere
  shared,       ///< 100.64.0.0/10, a provider's customers
  link_local,
  unique_local,  ///< fc00::/7
  documentation,
  reserved,  ///< no client can have such an address
  public_internet,
};

/// "loopback", "private", "public" and so on.
[[nodiscard]] std::string_view network_kind_name(NetworkKind kind);

/// What all of `prefix` is for: public as soon as a part of it is, reserved when it is of several kinds and none is
/// public.
[[nodiscard]] NetworkKind network_kind(const Prefix& prefix);

/// Number of IPv4 addresses that a host on the public internet can have.
[[nodiscard]] std::uint64_t public_address_count();
/// How many addresses of `range` (IPv4) are public.
[[nodiscard]] std::uint64_t public_addresses_in(const Range& range);
/// How much of the public internet some prefixes are.
struct PublicAddresses {
  std::uint64_t ipv4 = 0;
  AddressCount ipv6;

  void add(const Prefix& prefix);
  void add(const Range& range);
};
/// True when this much cannot be one owner's: a quarter of IPv4, or as much of IPv6 as a registry for a continent is
/// given (a /12).
[[nodiscard]] bool is_too_wide_to_own(const PublicAddresses& addresses);
/// The first public address of `range` (IPv4) that looks like a host's (not ending in .0 where there is a choice).
[[nodiscard]] std::optional<Address> public_address_in(const Range& range);
/// The first public address of `prefix` (IPv6) that looks like a host's; none when there is none.
[[nodiscard]] std::optional<Address> public_ipv6_address_in(const Prefix& prefix);
/// "10.0.0.0/8" and its like when all of `range` is private by RFC 1918; empty otherwise.
[[nodiscard]] std::string_view private_net_of(const Range& range);

}  // namespace core
