// Well-known IPv4 networks: what is not the public internet (RFC 6890 and its registry).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/address.hpp"

namespace relayrules {

/// Number of IPv4 addresses that a host on the public internet can have.
[[nodiscard]] std::uint64_t public_address_count();
/// How many addresses of `range` (IPv4) are public.
[[nodiscard]] std::uint64_t public_addresses_in(const Range& range);
/// The first public address of `range` that looks like a host's (not ending in .0 where there is a choice).
[[nodiscard]] std::optional<Address> public_address_in(const Range& range);
/// "10.0.0.0/8" and its like when all of `range` is private by RFC 1918; empty otherwise.
[[nodiscard]] std::string_view private_net_of(const Range& range);

}  // namespace relayrules
