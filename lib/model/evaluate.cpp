// The reference meaning of a policy: see evaluate.hpp. Obvious before fast: a lookup walks all rules for every key. What
// needs to be fast has its own way and a test that compares it with this one.
#include "model/evaluate.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "model/key.hpp"

namespace relayrules {
namespace {

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return in_lower_case(x) == in_lower_case(y); });
}

bool has_key(const Policy& policy, const Rule& rule, const std::string& wanted) {
  bool found = false;
  for_each_key(policy, rule, [&](std::string_view key) { found = found || key == wanted; });
  return found;
}

/// The rule that answers `key`: the first one that has it; under narrowest_key one for fewer addresses goes first.
std::optional<std::size_t> rule_for_key(const Policy& policy, std::string_view service, const std::string& key) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    if (!applies_to(policy, rule, service) || !has_key(policy, rule, key)) continue;
    const bool better = !best || is_narrower(rule.peer, policy.rules[*best].peer);
    if (better) best = i;
    if (policy.resolution == Resolution::key_order) break;
  }
  return best;
}

Decision decide_by_keys(const Policy& policy, const Client& client, std::string_view service, Trace* trace) {
  for (const std::string& key : keys_asked_for(client)) {
    const auto rule = rule_for_key(policy, service, key);
    if (trace != nullptr) trace->push_back({key, rule});
    if (rule) return {policy.rules[*rule].verdict, rule, key};
  }
  return {};
}

bool is_excepted(const Policy& policy, const Rule& rule, const Client& client) {
  const auto& exceptions = policy.exceptions_of(rule);
  return std::any_of(exceptions.begin(), exceptions.end(), [&](const Peer& peer) { return matches(peer, client); });
}

Decision decide_by_first_match(const Policy& policy, const Client& client, std::string_view service, Trace* trace) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    if (!applies_to(policy, rule, service)) continue;
    const bool hit = matches(rule.peer, client) && !is_excepted(policy, rule, client);
    if (trace != nullptr) trace->push_back({format_peer(rule.peer), hit ? std::optional(i) : std::nullopt});
    if (hit) return {rule.verdict, i, format_peer(rule.peer)};
  }
  return {};
}

struct Matcher {
  const Client& client;

  bool operator()(const AnyPeer&) const { return true; }
  bool operator()(const AnyNamedPeer&) const { return client.host.has_value(); }
  bool operator()(const RawKey&) const { return false; }
  bool operator()(const HostName& host) const { return client.host == host.name; }
  bool operator()(const HostSuffix& host) const {
    return client.host && client.host->size() > host.suffix.size() && client.host->ends_with(host.suffix);
  }
  template <typename Numeric>
  bool operator()(const Numeric& numeric) const {
    const auto ranges = ranges_of(numeric);
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) { return range.covers(client.address); });
  }
};

}  // namespace

bool applies_to(const Policy& policy, const Rule& rule, std::string_view service) {
  const auto& services = policy.services_of(rule);
  return services.empty() || std::any_of(services.begin(), services.end(),
                                         [&](const std::string& named) { return same_but_for_case(named, service); });
}

bool matches(const Peer& peer, const Client& client) { return std::visit(Matcher{client}, peer); }

Decision evaluate(const Policy& policy, const Client& client, std::string_view service, Trace* trace) {
  if (policy.resolution == Resolution::first_match) return decide_by_first_match(policy, client, service, trace);
  return decide_by_keys(policy, client, service, trace);
}

const EnvEdits& edits_of(const Policy& policy, const Decision& decision) {
  return decision.rule ? policy.edits_of(policy.rules[*decision.rule]) : policy.edit_lists.front();
}

bool permits(const Policy& policy, const Decision& decision) {
  return (decision.verdict == Verdict::no_match ? policy.no_match : decision.verdict) == Verdict::allow;
}

bool relays(const Policy& policy, const Decision& decision) {
  return permits(policy, decision) && grants_relay(edits_of(policy, decision));
}

}  // namespace relayrules
