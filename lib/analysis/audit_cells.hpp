// The halves of an audit that both of its ways share: audit.cpp from one policy, audit_server.cpp from a whole server.
#pragma once

#include <span>

#include "analysis/audit.hpp"

namespace core::analysis {

/// Fills cells and reasons of an audit that has its groups, its surface and its destinations. `too_wide`: more public
/// addresses relay than one owner can have.
void fill_cells(Audit& audit, const Site& site, bool too_wide);

/// Adds `ranges`, until there are more public addresses than one owner can have: then true.
[[nodiscard]] bool become_too_many(PublicAddresses& addresses, const RangeList& ranges);

/// Adds networks that relay.
void add_nets(Surface& surface, std::span<const Prefix> prefixes);

/// The audit of a server whose decisions rest on more than one table about clients.
[[nodiscard]] Audit audit_server(const Site& site);

}  // namespace core::analysis
