// From the rr_client of a caller to the query that is asked: the checks that the raw step does not make.
// Used by api.cpp before lookup.hpp.
// Invariant: the query may point into the caller's memory and into this struct, so it lives as long as both.
#pragma once

#include "keys.hpp"
#include "relayrules/relayrules.h"

namespace relayrules::runtime {

/// A client that was checked.
struct CheckedClient {
  Query query;
  char unmapped[16];  ///< the IPv4 text of an IPv4-mapped IPv6 address; query.ip may point here
};

/// Checks the client and fills *checked. False if anything about it is wrong (conventions 2, 3 and 6 of relayrules.h).
bool check_client(const rr_client* client, CheckedClient* checked);

}  // namespace relayrules::runtime
