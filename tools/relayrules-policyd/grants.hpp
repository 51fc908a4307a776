// Logins elsewhere (POP before SMTP): the store of grants, asked while all connections wait.
// Invariant: nobody waits for a store that does not answer, more than once a second: after a failure there is no grant
// for a second, for whomever, and the rules hold as they are.
#pragma once

#include <relayrules/grants.h>

#include <chrono>
#include <relayrules/relayrules.hpp>
#include <string>

namespace relayrules::policyd {

struct GrantOptions {
  std::string store;         ///< as rr_grants_open() takes it; empty: there are no grants
  std::string never;         ///< addresses and networks that have none
  unsigned ipv6_bits = 128;  ///< how many of an IPv6 address a grant is for
  long seconds = 0;          ///< the longest that is believed; 0: whatever a record says
};

class Grants {
 public:
  Grants() = default;
  Grants(const Grants&) = delete;
  Grants& operator=(const Grants&) = delete;
  ~Grants();

  /// False if the options are wrong; that was said. A store that cannot be used is said, and tried again.
  bool open(const GrantOptions& options);
  /// The store is opened anew when it is asked the next time: its folder may be another one now.
  void reopen() { close_store(); }
  /// Whether a grant lets the client relay whom the rules do not. Why the store cannot tell is said once, until it can.
  bool hold_for(const rr_client& client, const rr_result& rules);

 private:
  using Clock = std::chrono::steady_clock;

  rr_status open_store();
  void close_store();
  /// There is no grant for a second.
  void complain();

  GrantOptions options_;
  rr_grants* store_ = nullptr;
  rr_reason reason_ = RR_REASON_INIT;
  Clock::time_point silent_until_{};
  std::string complaint_;  ///< the last; empty when all is well
};

}  // namespace relayrules::policyd
