// Client groups: clients by the side that they are on and by what they may do.
//
// Two ways lead to them: from one policy, cut by who decides, with all that names and ident say; and from the classes
// of a whole server (client_classes.hpp), each judged by its mail.
#pragma once

#include <future>
#include <vector>

#include "analysis/audit.hpp"
#include "analysis/client_classes.hpp"

namespace core::analysis {

/// All clients, by what one policy says of them.
struct DecidedClients {
  const AddressCells<1>& addresses;
  const Effects& effects;
  std::shared_future<std::vector<NamedClients>> named;  ///< asked for when addresses are gone through
};

/// Some clients, and what they may do.
struct JudgedClients {
  ClientProduct clients;
  ClientAccess access = ClientAccess::denied;
  bool can_be_ours = false;
  std::vector<Span> places;  ///< of what decides about some of them
};

/// `too_wide`: more public addresses relay than one owner can have. Witnesses are put to evaluate.
[[nodiscard]] std::vector<ClientGroup> decided_groups(const Site& site, bool too_wide, const DecidedClients& clients);
[[nodiscard]] std::vector<ClientGroup> judged_groups(const Site& site, bool too_wide,
                                                     std::vector<JudgedClients> judged);

}  // namespace core::analysis
