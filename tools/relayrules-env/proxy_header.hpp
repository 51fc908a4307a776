// The header of the PROXY protocol, versions 1 and 2: what a load balancer sends before the client's own bytes.
//
//   v1 := "PROXY TCP4 SRC DST SPORT DPORT\r\n" | "PROXY TCP6 ..." | "PROXY UNKNOWN" anything "\r\n"; at most 107 bytes
//   v2 := twelve fixed bytes, version and command, family, length (2), addresses, further fields
//
// Source: the specification that comes with HAProxy, proxy-protocol.txt. Pure: it knows no descriptor.
// Invariant: a reader that reads no more than wanted_bytes() at a time never takes a byte behind the header.
#pragma once

#include "runtime/address.hpp"
#include "text.hpp"

namespace relayrules::env {

/// Room for every header: version 2 with a length of 65535.
inline constexpr size_t longest_proxy_header = 16 + 65535;

/// One end of the connection that a proxy speaks for.
struct ProxyEnd {
  runtime::Address address;
  unsigned port;
};

/// What a whole header says.
struct ProxyHeader {
  bool is_own = false;  ///< the proxy connects for itself (LOCAL), or does not know for whom (UNKNOWN): no ends
  ProxyEnd source;
  ProxyEnd destination;
};

/// How many bytes are to be read behind `begun`, the bytes of the header so far: 0 when it is whole, or none. What is
/// wrong with it then is said by read_proxy_header().
size_t wanted_bytes(Bytes begun);

/// Reads a header for which no more bytes are wanted. NULL, or what is wrong with it, in a few words.
const char* read_proxy_header(Bytes header, ProxyHeader* read);

}  // namespace relayrules::env
