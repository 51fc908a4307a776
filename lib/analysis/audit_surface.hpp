// The relay surface: everything that may relay, and everything that strangers may send to. A part of audit.
#pragma once

#include <vector>

#include "analysis/audit.hpp"
#include "analysis/regions.hpp"

namespace core::analysis {

/// How far a trust in the names, or in the info, of these clients reaches.
[[nodiscard]] Reach reach_of(const ClientSet& clients);

/// What relays, of all clients: by address, and of the named_regions.
[[nodiscard]] Surface relay_surface(const AddressCells<1>& addresses, const Effects& effects,
                                    const std::vector<DecidedRegion>& named);

/// What the destinations of `server` open to everybody.
[[nodiscard]] DestinationSurface destination_surface(const Server& server);

}  // namespace core::analysis
