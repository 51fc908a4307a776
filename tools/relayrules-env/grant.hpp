// What a login elsewhere gives the client (POP before SMTP): relaying, and variables that the administrator names,
// beside what his rule says.
// Invariant: a grant only adds. A client that a rule denies, or whose rule says RELAYGRANT="no", has none; what his
// rule sets stays as it is; and where the store cannot tell, there is none, and the rules hold as they are.
#pragma once

#include "decision.hpp"
#include "relayrules/grants.h"

namespace relayrules::env {

struct GrantOptions {
  static constexpr size_t most_settings = 32;

  const char* store = nullptr;  ///< as rr_grants_open() takes it; NULL: there are no grants
  const char* never = nullptr;  ///< addresses and networks that have none; NULL: those of the library alone
  long seconds = 0;             ///< the longest that is believed; 0: whatever a record says
  unsigned ipv6_bits = 128;     ///< how many of an IPv6 address a grant is for
  const char* settings[most_settings] = {};  ///< "NAME=VALUE" each: what a grant sets beside RELAYCLIENT
  size_t setting_count = 0;
};

/// True if a grant lets a client relay that no rule does; then *grant is it. Why the store cannot tell has been said.
bool is_granted(const GrantOptions& options, const Connection& connection, const Decision& decision, rr_grant* grant);

/// Whether the client's rule sets or removes this variable.
bool has_edit(const Decision& decision, Bytes name);

/// Calls `visit(name, value)` for each variable that a grant sets, until it is false; that is the result.
template <typename Visit>
bool each_setting(const GrantOptions& options, const Decision& decision, const Visit& visit) {
  if (!visit("RELAYCLIENT", "")) return false;
  for (size_t i = 0; i < options.setting_count; ++i) {
    const char* value = strchr(options.settings[i], '=') + 1;
    Text name;
    name.add(Bytes{options.settings[i], static_cast<size_t>(value - 1 - options.settings[i])});
    if (!has_edit(decision, name.bytes()) && !visit(name.c_str(), value)) return false;
  }
  return true;
}

}  // namespace relayrules::env
