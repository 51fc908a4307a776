// Trust in names: what a rule by name gives to whoever can make his address have that name.
#pragma once

#include "lint/facts.hpp"

namespace core {

/// True when `rule` gives its clients something that strangers do not have: relaying, or being let in at all.
[[nodiscard]] inline bool gives_more(const PolicyFacts& facts, const Rule& rule) {
  if (rule.access() != Access::allow) return false;
  // behind the rules of hosts.allow stands hosts.deny
  return facts.relays_by(rule) || !facts.policy.is_by_key() || !facts.lets_strangers_in();
}

/// True when `rule` keeps its clients from being looked up in blocklists.
[[nodiscard]] inline bool skips_blocklists(const PolicyFacts& facts, const Rule& rule) {
  if (rule.access() != Access::allow) return false;
  const EnvEdit* edit = find_edit(facts.policy.edits_of(rule), "RBLSMTPD");
  return edit && edit->value().empty();
}

/// "may relay", "is let in".
[[nodiscard]] inline const char* what_it_gives(const PolicyFacts& facts, const Rule& rule) {
  return facts.relays_by(rule) ? "may send to any domain" : "is let in";
}

}  // namespace core
