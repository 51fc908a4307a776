// What the rules say of the client: from a CDB, or from hosts.allow and hosts.deny.
// Invariant: a decision that allows came out of rules that were read whole, or of a rule file that is missing where
// the caller said that it may be. Everything else denies.
#pragma once

#include "connection.hpp"
#include "relayrules/relayrules.h"

namespace relayrules::env {

/// Which rules are asked, and how.
struct RuleOptions {
  const char* database = nullptr;  ///< a CDB
  bool may_be_missing = false;     ///< then everybody is allowed
  rr_scheme scheme = RR_TCPSERVER;
  const char* daemon = nullptr;  ///< hosts.allow and hosts.deny are asked, for this daemon
  const char* hosts_folder = "/etc";
  unsigned seconds = 5;  ///< for reading the two
};

/// The answer. What it points to lives as long as it.
struct Decision {
  rr_result result = RR_RESULT_INIT;  ///< its key may be a place in a file

  Decision() = default;
  Decision(const Decision&) = delete;
  Decision& operator=(const Decision&) = delete;
  ~Decision() { rr_result_release(&result); }

  /// The key, or the place in the file; absent: no rule is about the client.
  Bytes rule() const { return {result.key, result.key_len}; }
  /// A client that no rule is about is let in, as tcpserver does.
  bool allows() const { return rr_permits(&result, RR_ALLOW) != 0; }
  bool relays() const { return allows() && result.relay != 0; }
};

/// The client as the library asks about it. Borrows from the connection.
rr_client client_of(const Connection& connection);

/// Decides. False if nobody can tell; the reason has been said.
bool decide(const RuleOptions& options, const Connection& connection, Decision* decision);

}  // namespace relayrules::env
