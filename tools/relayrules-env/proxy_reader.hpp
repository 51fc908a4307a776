// Reads a PROXY header off a connection.
// Invariant: not one byte behind the header is taken: it is the client's, and PROG reads it.
#pragma once

#include "proxy_header.hpp"

namespace relayrules::env {

/// Reads a header from `fd`, whole within `seconds`, however slowly it comes. NULL, or why there is none to be used.
const char* read_proxy(int fd, unsigned seconds, ProxyHeader* header);

}  // namespace relayrules::env
