// Keys about clients in order: see access_clients.hpp. Source: cf/m4/proto.m4, rule sets D and A.
#include "model/access_clients.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "model/key.hpp"

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

/// Adds rules to a policy.
class ClientEntries {
 public:
  ClientEntries(Policy& policy, const AccessMap& map, const AccessAsked& asked,
                const std::function<Outcome(const AccessValue&)>& outcome_of)
      : policy_(policy), map_(map), asked_(asked), outcome_of_(outcome_of), outcomes_(map.values.size(), unknown) {}

  void add(const AccessEntry& entry) {
    if (asked_.by == AccessAsked::By::name) return add_name(entry);
    const bool is_literal = asked_.by == AccessAsked::By::literal;
    const auto prefix = is_literal ? literal_prefix(entry.key()) : access_prefix(entry.key());
    if (!prefix) return;
    if (is_octet_prefix(*prefix))  // most of a million are such
      policy_.rules.add(*prefix, outcome_index(entry), 0, place_of(entry));
    else
      add(entry, *prefix);
  }

 private:
  void add_name(const AccessEntry& entry) {
    const bool is_below = entry.key().starts_with('.');
    const bool is_asked = !is_below || (asked_.with_dots && asked_.below);
    if (!is_asked || !is_access_name(entry.key().substr(is_below ? 1 : 0))) return;
    if (!is_below) add(entry, HostName{entry.key()});
    if (!asked_.below) return;
    if (is_below) return add(entry, HostSuffix{entry.key()});
    suffix_.assign(1, '.').append(entry.key());
    add(entry, HostSuffix{suffix_});
  }

  void add(const AccessEntry& entry, const ClientPattern& pattern) {
    policy_.rules.add({pattern, outcome_index(entry), 0, {}, place_of(entry)});
  }

  [[nodiscard]] RulePlace place_of(const AccessEntry& entry) const {
    const Span value = map_.value_span(entry);
    return {{entry.span().begin, value.end}, entry.key_span(), value.begin};
  }

  std::uint32_t outcome_index(const AccessEntry& entry) {
    std::uint32_t& outcome = outcomes_[entry.value()];
    if (outcome == unknown) outcome = policy_.add_outcome(outcome_of_(map_.value_of(entry)));
    return outcome;
  }

  static constexpr std::uint32_t unknown = ~std::uint32_t{0};

  Policy& policy_;
  const AccessMap& map_;
  const AccessAsked& asked_;
  const std::function<Outcome(const AccessValue&)>& outcome_of_;
  std::vector<std::uint32_t> outcomes_;  ///< by value, of the policy
  std::string suffix_;
};

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

std::vector<const AccessEntry*> clients_in_order(const AccessMap& map) {
  const auto rank = [](const AccessEntry& entry) {
    return std::tuple(-depth_of(entry.key()), !entry.key().starts_with('.'), entry.tag() == AccessTag::none);
  };
  std::map<decltype(rank(map.entries.front())), std::vector<const AccessEntry*>> ranked;  // there are few ranks
  for (const AccessEntry& entry : map) {
    const bool is_about_clients = entry.tag() == AccessTag::connect || entry.tag() == AccessTag::none;
    if (is_about_clients && !is_absent_value(map.value_of(entry).text)) ranked[rank(entry)].push_back(&entry);
  }
  std::vector<const AccessEntry*> ordered;
  for (const auto& [ignored, entries] : ranked) ordered.insert(ordered.end(), entries.begin(), entries.end());
  return ordered;
}

void add_access_clients(Policy& policy, const AccessMap& map, const std::vector<const AccessEntry*>& ordered,
                        const AccessAsked& asked, const std::function<Outcome(const AccessValue&)>& outcome_of) {
  policy.rules.make_room(ordered.size());
  ClientEntries entries(policy, map, asked, outcome_of);
  for (const AccessEntry* entry : ordered) entries.add(*entry);
}

}  // namespace core
