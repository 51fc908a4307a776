// What a login elsewhere gives the client (POP before SMTP): relaying, beside what his rule says.
// Invariant: a grant only adds. A client that a rule denies, or whose rule says RELAYGRANT="no", has none; and where
// the store cannot tell, there is none, and the rules hold as they are.
#pragma once

#include "decision.hpp"
#include "relayrules/grants.h"

namespace relayrules::env {

struct GrantOptions {
  const char* store = nullptr;  ///< as rr_grants_open() takes it; NULL: there are no grants
  const char* never = nullptr;  ///< addresses and networks that have none; NULL: those of the library alone
};

/// True if a grant lets a client relay that no rule does; then *grant is it. Why the store cannot tell has been said.
bool is_granted(const GrantOptions& options, const Connection& connection, const Decision& decision, rr_grant* grant);

}  // namespace relayrules::env
