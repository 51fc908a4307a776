// Keys about clients in order: see access_clients.hpp. Source: cf/m4/proto.m4, rule sets D and A.
#include "model/access_clients.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace core {
namespace {

/// How many labels or octets a key has, which says when it is asked for.
std::ptrdiff_t depth_of(std::string_view key) {
  return std::count(key.begin(), key.end(), '.') + std::count(key.begin(), key.end(), ':') -
         (key.starts_with('.') ? 1 : 0);
}

/// The prefix of an address in brackets.
std::optional<Prefix> literal_prefix(std::string_view key) {
  return key.starts_with('[') && key.ends_with(']') ? access_prefix(key.substr(1, key.size() - 2)) : std::nullopt;
}

RulePlace place_of(const AccessEntry& entry) {
  return {{entry.span.begin, entry.value_span.end}, entry.key_span, entry.value_span.begin};
}

void add_name(Policy& policy, const AccessEntry& entry, const AccessAsked& asked,
              const std::function<Outcome(const AccessEntry&)>& outcome_of) {
  const bool is_below = entry.key.starts_with('.');
  const bool is_asked = !is_below || (asked.with_dots && asked.below);
  if (!is_asked || !is_access_name(std::string_view(entry.key).substr(is_below ? 1 : 0))) return;
  const Outcome outcome = outcome_of(entry);
  const std::string suffix = is_below ? entry.key : "." + entry.key;
  if (!is_below) add_access_rule(policy, HostName{entry.key}, outcome, place_of(entry));
  if (asked.below) add_access_rule(policy, HostSuffix{suffix}, outcome, place_of(entry));
}

void add_entry(Policy& policy, const AccessEntry& entry, const AccessAsked& asked,
               const std::function<Outcome(const AccessEntry&)>& outcome_of) {
  if (asked.by == AccessAsked::By::name) return add_name(policy, entry, asked, outcome_of);
  const bool is_literal = asked.by == AccessAsked::By::literal;
  const auto prefix = is_literal ? literal_prefix(entry.key) : access_prefix(entry.key);
  if (prefix) add_access_rule(policy, *prefix, outcome_of(entry), place_of(entry));
}

}  // namespace

Policy empty_access_policy() {
  Policy policy;
  policy.format = "sendmail_access";
  policy.lookup.by = Lookup::By::first_rule;
  policy.rules.set_no_match({Access::pass, Relay::unchanged, 0, 0});
  return policy;
}

void add_access_rule(Policy& policy, const ClientPattern& pattern, const Outcome& outcome, const RulePlace& place) {
  policy.rules.add({pattern, policy.add_outcome(outcome), 0, {}, place});
}

std::vector<const AccessEntry*> clients_in_order(const std::vector<AccessEntry>& map) {
  const auto rank = [](const AccessEntry& entry) {
    return std::tuple(-depth_of(entry.key), !entry.key.starts_with('.'), entry.tag == AccessTag::none);
  };
  std::map<decltype(rank(map.front())), std::vector<const AccessEntry*>> ranked;  // there are few ranks
  for (const AccessEntry& entry : map) {
    const bool is_about_clients = entry.tag == AccessTag::connect || entry.tag == AccessTag::none;
    if (is_about_clients && !is_absent_value(entry.value)) ranked[rank(entry)].push_back(&entry);
  }
  std::vector<const AccessEntry*> ordered;
  for (const auto& [ignored, entries] : ranked) ordered.insert(ordered.end(), entries.begin(), entries.end());
  return ordered;
}

void add_access_clients(Policy& policy, const std::vector<const AccessEntry*>& ordered, const AccessAsked& asked,
                        const std::function<Outcome(const AccessEntry&)>& outcome_of) {
  for (const AccessEntry* entry : ordered) add_entry(policy, *entry, asked, outcome_of);
}

}  // namespace core
