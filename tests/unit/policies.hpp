// Making and changing policies in tests: rules are columns and cannot be changed in place.
#pragma once

#include <functional>
#include <string_view>

#include "model/evaluate.hpp"
#include "model/policy.hpp"

namespace core {

namespace small_world {
/// How rules are chosen: as tcprules, tcprules-extended and hosts_access do.
inline const Lookup key_order;
inline const Lookup narrowest_key = {Lookup::By::key, &tcpserver_keys, Lookup::Tie::narrowest};
inline const Lookup first_match = {Lookup::By::first_rule, &tcpserver_keys, Lookup::Tie::first};
}  // namespace small_world

inline bool permits(const Policy& policy, const Decision& decision) { return outcome_of(policy, decision).allows(); }
inline bool relays(const Policy& policy, const Decision& decision) { return outcome_of(policy, decision).relays(); }

/// Adds a rule that does `access` with these edits.
inline void add_rule(Policy& policy, const ClientPattern& pattern, Access access = Access::allow, EnvEdits edits = {},
                     const Condition& condition = {}, const RulePlace& place = {}) {
  const std::uint32_t list = edits.empty() ? 0 : policy.add_edits(std::move(edits));
  policy.rules.add({pattern, policy.add_outcome(access, list), list, condition, place});
}

/// `policy` with each rule as `change` leaves it, and without those for which it is false.
inline Policy changed(const Policy& policy, const std::function<bool(NewRule&, std::uint32_t)>& change) {
  Policy result = policy;
  result.rules.shrink(0);
  for (const Rule rule : policy.rules) {
    NewRule copy{rule.pattern(), rule.outcome_index(), rule.edits(), rule.condition(),
                 {rule.span(), rule.pattern_span(), rule.edits_begin()}};
    if (change(copy, rule.index())) result.rules.add(copy);
  }
  return result;
}

/// `policy` without the rules for which `drops` is true.
inline Policy without(const Policy& policy, const std::function<bool(Rule)>& drops) {
  return changed(policy, [&](NewRule&, std::uint32_t index) { return !drops(policy.rules[index]); });
}

}  // namespace core
