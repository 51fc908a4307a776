// How an address is written in a key: the one text for each address under which tcpserver asks.
// client.cpp reads what a caller gave, in whatever spelling, and asks with what is written here.
// Invariant: two spellings of one address become the same bytes. A deny for 2001:db8::1 must hold for 2001:DB8:0::1, too.
#pragma once

#include "bytes.hpp"

namespace relayrules::runtime {

/// Room for every text that is written here.
inline constexpr size_t longest_address = 39;

/// Writes four bytes as `1.2.3.4` into `out`.
Bytes spell_ipv4(const unsigned char* octets, char (&out)[longest_address]);

/// Writes sixteen bytes into `out` as inet_ntop(3) does: in lower case, without leading zeros, the longest run of two or
/// more zero groups as `::`, and the last four bytes as IPv4 where nothing but these and perhaps zeros are in it
/// (`::10.1.2.3`).
Bytes spell_ipv6(const unsigned char* address, char (&out)[longest_address]);

}  // namespace relayrules::runtime
