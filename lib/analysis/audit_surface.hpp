// The relay surface: everything that may relay, and everything that strangers may send to. A part of audit.
#pragma once

#include <vector>

#include "analysis/audit.hpp"

namespace relayrules::analysis {

/// True when the clients of this region get their decision by address alone: clients without a name and without an info are among
/// them. Such regions of one policy are disjoint, and together all addresses.
[[nodiscard]] inline bool is_by_address(const ClientSet& clients) {
  return (clients.names.any || clients.names.without) && !clients.info;
}

/// How far a trust in the names, or in the info, of these clients reaches.
[[nodiscard]] Reach reach_of(const ClientSet& clients);

/// What relays, of all regions of a policy.
[[nodiscard]] Surface relay_surface(const std::vector<DecidedRegion>& regions);

/// What the destinations of `server` open to everybody.
[[nodiscard]] DestinationSurface destination_surface(const Server& server);

}  // namespace relayrules::analysis
