// From the rr_client of a caller to the query that is asked: the checks that the raw step does not make, and what the
// key scheme makes of the address. Used by api.cpp before lookup.hpp.
// Invariant: the query may point into the caller's memory and into this struct, so it lives as long as both.
#pragma once

#include "keys.hpp"
#include "relayrules/relayrules.h"
#include "spelling.hpp"

namespace relayrules::runtime {

/// A client that was checked.
struct CheckedClient {
  Query query;
  char address[longest_address];  ///< the address as the keys have it; query.ip may point here
  char bits[longest_bits];        ///< its bits; query.bits may point here
};

/// The client's address alone. RR_BAD_ARGUMENT or RR_BAD_ADDRESS if there is none.
rr_status read_client_address(const rr_client* client, Address* address);

/// Checks the client and fills *checked. RR_BAD_ARGUMENT or RR_BAD_ADDRESS if anything about it is wrong (conventions
/// 2, 3 and 6 of relayrules.h).
rr_status check_client(const rr_client* client, rr_scheme scheme, CheckedClient* checked);

}  // namespace relayrules::runtime
