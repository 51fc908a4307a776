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
[[nodiscard]] inline std::string_view what_it_gives(const PolicyFacts& facts, const Rule& rule) {
  return facts.relays_by(rule) ? "may send to any domain" : "is let in";
}

/// Calls report(rule, suffix, what its clients get) for every suffix ".com" that is trusted and of which is_open("com") holds.
template <typename IsOpen, typename Report>
void for_each_trusted_suffix(const PolicyFacts& facts, const IsOpen& is_open, const Report& report) {
  for (const std::uint32_t index : facts.allowed_names) {
    const Rule rule = facts.rule(index);
    const auto suffix = rule.get_if<HostSuffix>();
    const bool more = gives_more(facts, rule);
    if (!suffix || rule.info() != 0 || !(more || skips_blocklists(facts, rule))) continue;
    if (!is_open(suffix->suffix.substr(1))) continue;
    report(rule, suffix->suffix,
           more ? what_it_gives(facts, rule) : std::string_view("is checked against no blocklist"));
  }
}

}  // namespace core
