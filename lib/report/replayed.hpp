// What replay found out, as text for people and as JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "analysis/replay.hpp"
#include "report/clients.hpp"

namespace core {

/// What a report of a replay needs besides the changes.
struct ReplayContext {
  NamedPolicy before;
  NamedPolicy after;
  const analysis::SeenClients& seen;
  std::size_t shown_at_most = 10;  ///< clients of one change in the text; JSON has them all
};

/// Groups by kind, most dangerous first; how many lines and clients there were stands last.
[[nodiscard]] std::string format_replay(const std::vector<analysis::ReplayChange>& changes,
                                        const ReplayContext& context);
/// One object and a line feed; the fields are documented in relayrules(1).
[[nodiscard]] std::string format_replay_json(const std::vector<analysis::ReplayChange>& changes,
                                             const ReplayContext& context);

}  // namespace core
