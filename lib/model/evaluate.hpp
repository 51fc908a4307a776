// evaluate: what a policy says of a client.
//
// This is the definition of meaning in this project: slow and obvious. Everything faster (the runtime, analysis,
// lowering) is held equal to it by tests, and it is held equal to the real programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/policy.hpp"

namespace core {

/// The answer for one client.
struct Decision {
  std::uint32_t outcome = 0;        ///< index into Policy::outcomes; 0 when no rule is about the client
  std::optional<std::size_t> rule;  ///< index of the responsible rule
  std::string matched;              ///< the key that matched, or by first rule what may be shown of the pattern

  friend bool operator==(const Decision&, const Decision&) = default;
};

/// One question on the way to the answer: a key that was asked, or a rule that was tried.
struct TraceStep {
  std::string asked;
  std::optional<std::size_t> rule;  ///< the rule that answered; none when there was no such key
};
using Trace = std::vector<TraceStep>;

/// Decides `client` by `policy`. `daemon` is the daemon's name for formats whose rules are about daemons; rules without
/// daemons are about every one. `trace`, when given, gets every question in order.
[[nodiscard]] Decision evaluate(const Policy& policy, const Client& client, std::string_view daemon = {},
                                Trace* trace = nullptr);

/// The environment edits that go with a decision; none when no rule matched.
[[nodiscard]] const EnvEdits& edits_of(const Policy& policy, const Decision& decision);

/// What becomes of the client.
[[nodiscard]] inline const Outcome& outcome_of(const Policy& policy, const Decision& decision) {
  return policy.outcomes()[decision.outcome];
}

/// True when `daemons`, an index into Policy::daemon_lists, are about `daemon`: one of the patterns is like its name,
/// or it is the list for every daemon. In "name@host", host is the address or name of the server's end, which only
/// rules with a server's pattern ask for.
[[nodiscard]] bool applies_to(const Policy& policy, std::uint32_t daemons, std::string_view daemon);
[[nodiscard]] inline bool applies_to(const Policy& policy, const Rule& rule, std::string_view daemon) {
  return applies_to(policy, rule.daemons(), daemon);
}

/// True when `pattern` is about `client`, names and addresses alike; RawKeys are about nobody.
[[nodiscard]] bool matches(const ClientPattern& pattern, const Client& client);

/// By first rule: true when `rule` is about `client`, of a daemon that it applies to.
[[nodiscard]] bool is_about(const Policy& policy, const Rule& rule, const Client& client);
/// By first rule: the answer for a client for whom this is the first rule, an index into Policy::rules.
[[nodiscard]] Decision decision_of(const Policy& policy, std::size_t rule);

}  // namespace core
