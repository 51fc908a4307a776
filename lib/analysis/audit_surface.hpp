// The relay surface: everything that may relay, and everything that strangers may send to. A part of audit.
#pragma once

#include <vector>

#include "analysis/audit.hpp"

namespace core::analysis {

/// How far a trust in the names, or in the info, of these clients reaches.
[[nodiscard]] Reach reach_of(const ClientSet& clients);

/// What relays, of all clients.
[[nodiscard]] Surface relay_surface(const DecidedClients& clients);

/// What the destinations of `site` open to everybody.
[[nodiscard]] DestinationSurface destination_surface(const Site& site);

}  // namespace core::analysis
