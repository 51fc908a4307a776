// IP addresses as callers give them: text, bytes, or what the socket calls fill in.
// client.cpp reads with this and writes with spelling.hpp.
// Invariant: an IPv4-mapped IPv6 address is the IPv4 address, whatever it was read from, so that it cannot evade a deny
// for `10.`.
#pragma once

#include "bytes.hpp"

namespace relayrules::runtime {

/// An IP address in network order.
struct Address {
  unsigned char bytes[16];
  size_t size;  ///< 4 or 16

  bool is_ipv4() const { return size == 4; }
};

/// Reads four numbers of 0 to 255 without leading zeros: "010.1.2.3" must not get past a deny for `10.`. False if the
/// text is anything else.
bool read_ipv4(Bytes text, Address* address);

/// Reads IPv6 in any spelling, but without a zone. False if the text is anything else.
bool read_ipv6(Bytes text, Address* address);

/// Takes 4 or 16 bytes. False if there are more or fewer.
bool read_bytes(Bytes bytes, Address* address);

/// Takes the address out of a `struct sockaddr_in` or `sockaddr_in6`; what stands behind it does not matter. False if
/// it is of another family or too short.
bool read_socket_address(Bytes socket_address, Address* address);

}  // namespace relayrules::runtime
