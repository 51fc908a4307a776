// Who is connected: from the environment of a UCSPI server, from descriptor 0, or from a proxy's header.
// Whatever it is from, it ends as the UCSPI variables of this process, which PROG inherits, and as a Connection.
// Invariant: when a client is taken from elsewhere than the environment, nothing that the environment said of another
// client stays: neither its name nor its ident answer.
#pragma once

#include "runtime/address.hpp"
#include "text.hpp"

namespace relayrules::env {

/// The client, as the rules are asked about it.
struct Connection {
  runtime::Address address;
  Bytes ip;    ///< TCPREMOTEIP
  Bytes host;  ///< TCPREMOTEHOST; absent: it has no name
  Bytes info;  ///< TCPREMOTEINFO; absent: none
};

/// What is asked of connect(). Times are in seconds.
struct ConnectionOptions {
  Bytes proxies;  ///< networks of proxies; absent: none
  bool resolves = false;
  unsigned seconds = 5;  ///< for a header, and again for a name
  bool is_verbose = false;
};

/// Finds out who is connected and sets the UCSPI variables. False if that cannot be told; the reason has been said.
bool connect_client(const ConnectionOptions& options, Connection* connection);

}  // namespace relayrules::env
