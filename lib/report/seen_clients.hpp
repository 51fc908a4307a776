// The clients of a log, as a list that replay reads, and as JSON.
#pragma once

#include <string>

#include "analysis/replay.hpp"
#include "report/changes.hpp"

namespace core {

/// A line for each client (analysis/client_list.hpp), sorted by address, IPv4 first, then by host and info.
void format_seen_clients(const analysis::SeenClients& seen, const WriteText& write);
/// The same, with what was not understood, as one object and a line feed; the fields are documented in relayrules(1).
void format_seen_clients_json(const analysis::SeenClients& seen, const WriteText& write);
/// What was not understood: how many lines, and the first few with log and number; empty when there is nothing.
[[nodiscard]] std::string format_odd_lines(const analysis::SeenClients& seen);

}  // namespace core
