// How addresses stand in keys: for each key scheme the one text of an address, and the bits that networks are made of.
// client.cpp reads what a caller gave, in whatever form, and asks with what is written here.
// Invariant: two spellings of one address become the same bytes. A deny for 2001:db8::1 holds for 2001:DB8:0::1, too.
#pragma once

#include "address.hpp"
#include "relayrules/relayrules.h"

namespace relayrules::runtime {

/// Room for every address text.
inline constexpr size_t longest_address = 39;

/// Room for the bits of an address, and the mark before them.
inline constexpr size_t longest_bits = 129;

/// Writes four bytes as `1.2.3.4` into `out`.
Bytes spell_ipv4(const unsigned char* octets, char (&out)[longest_address]);

/// Writes sixteen bytes into `out` as the rules of `scheme` have them:
///   RR_TCPSERVER       as inet_ntop(3): lower case, no leading zeros, the longest run of two or more zero groups as
///                      `::`, and an end in IPv4 behind exactly six of them (`::10.1.2.3`)
///   RR_UCSPI_TCP_IPV6  lower case, no leading zeros, the longest run of one or more zero groups as `::`
///   RR_UCSPI_TCP6      upper case, four digits in all eight groups
/// Of runs of one length the first counts.
Bytes spell_ipv6(const unsigned char* address, rr_scheme scheme, char (&out)[longest_address]);

/// Writes the bits of an address into `out` as RR_UCSPI_TCP6 has them: a mark, and a character for each bit. The key of
/// a network is the mark and as many of them as its prefix is long. A bit that is not set is `0`. The mark of IPv4 is
/// `_`, and a set bit is the character at its place in `a` to `z`, `1` to `6`. The mark of IPv6 is `^`, and its set
/// bits are the bytes from 0x60 on, one after the other.
Bytes spell_bits(const Address& address, char (&out)[longest_bits]);

}  // namespace relayrules::runtime
