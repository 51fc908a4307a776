// The raw step of a lookup: the first record that answers a query, uninterpreted.
// keys.hpp gives the order, map.hpp the search; api.cpp puts a checked client in front and the meaning of the value
// behind. tools/tcprulescheck.cpp uses this step directly, because it must do what the original does with any bytes.
// Invariant: nothing is validated here, neither the address nor the value; "found" is not "allow".
#pragma once

#include "map.hpp"

namespace relayrules::runtime {

/// Finds the first key of the query that exists. *record points into the map and is set if the outcome is found. Any
/// bytes will do for ip, host and info. No allocation, no lock; safe in many threads.
Outcome find_first(const Map& map, const Query& query, Record* record);

}  // namespace relayrules::runtime
