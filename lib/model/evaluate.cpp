// The reference meaning of a policy: see evaluate.hpp. Obvious before fast: a lookup walks all rules for every key.
// What needs to be fast has its own way and a test that compares it with this one.
#include "model/evaluate.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "model/key.hpp"
#include "model/word_pattern.hpp"

namespace core {
namespace {

bool has_key(const Policy& policy, const Rule& rule, std::string_view wanted) {
  bool found = false;
  for_each_key(policy, rule, [&](std::string_view key) { found = found || key == wanted; });
  return found;
}

/// The rule that answers `key`: the first one that has it; under narrowest_key one for fewer addresses goes first.
std::optional<std::size_t> rule_for_key(const Policy& policy, std::string_view daemon, std::string_view key) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    if (!applies_to(policy, rule, daemon) || !has_key(policy, rule, key)) continue;
    const bool better = !best || is_narrower(rule.pattern(), policy.rules[*best].pattern());
    if (better) best = i;
    if (policy.lookup.tie == Lookup::Tie::first) break;
  }
  return best;
}

Decision decide_by_keys(const Policy& policy, const Client& client, std::string_view daemon, Trace* trace) {
  Decision decision;
  ask_keys(*policy.lookup.scheme, client, [&](std::string_view key) {
    const auto rule = rule_for_key(policy, daemon, key);
    if (trace != nullptr) trace->push_back({std::string(key), rule});
    if (rule) decision = {policy.rules.outcome_index(*rule), rule, std::string(key)};
    return rule.has_value();
  });
  return decision;
}

bool has_info(const Policy& policy, std::uint32_t info, const Client& client) {
  return info == 0 || matches_word(*policy.infos[info], in_lower_case(client.info.value_or("unknown")));
}

bool is_excepted(const Policy& policy, std::uint32_t index, const Client& client) {
  const ExceptionList& list = policy.exception_lists[index];
  for (std::size_t i = 0; i < list.patterns.size(); ++i)
    if (matches(list.patterns[i], client) && has_info(policy, list.infos.empty() ? 0 : list.infos[i], client))
      return !is_excepted(policy, list.exceptions, client);
  return false;
}

Decision decide_by_first_match(const Policy& policy, const Client& client, std::string_view daemon, Trace* trace) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    if (!applies_to(policy, rule, daemon)) continue;
    const bool hit = is_about(policy, rule, client);
    if (trace != nullptr)
      trace->push_back(
          {policy.shown_pattern(i, format_pattern(rule.pattern())), hit ? std::optional(i) : std::nullopt});
    if (hit) return decision_of(policy, i);
  }
  return {};
}

/// A server's end is matched as a client is. What is not known of it, its name or its address, matches no pattern that
/// asks for it.
bool is_server(const std::optional<ClientPattern>& pattern, std::string_view server) {
  if (!pattern || std::holds_alternative<AnyClient>(*pattern)) return true;
  Client end;
  const auto address = parse_address(server);
  if (address) end.address = unmapped(*address);
  if (!address && !server.empty()) end.host = std::string(server);
  if (address || std::holds_alternative<NameClass>(*pattern)) return matches(*pattern, end);
  const auto* text = std::get_if<TextPattern>(&*pattern);
  if (text != nullptr) return matches_word(text->pattern, end.host.value_or("unknown"));
  return end.host && ranges_of(*pattern).empty() && matches(*pattern, end);
}

/// `daemon` in lower case, with or without "@server".
bool is_listed(const Policy& policy, const DaemonList& list, const std::string& daemon) {
  const std::size_t at = std::min(daemon.find('@'), daemon.size());
  const std::string_view server = std::string_view(daemon).substr(std::min(at + 1, daemon.size()));
  bool listed = list.names.empty();
  for (std::size_t i = 0; i < list.names.size() && !listed; ++i)
    listed = matches_word(list.names[i], std::string_view(daemon).substr(0, at)) &&
             (list.servers.empty() || is_server(list.servers[i], server));
  if (!listed || list.exceptions == 0) return listed;
  return !is_listed(policy, policy.daemon_lists[list.exceptions], daemon);
}

struct Matcher {
  const Client& client;

  bool operator()(const AnyClient&) const { return true; }
  bool operator()(const AnyNamedClient&) const { return client.host.has_value(); }
  bool operator()(const RawKey&) const { return false; }
  bool operator()(const HostName& host) const { return client.host == host.name; }
  bool operator()(const HostSuffix& host) const {
    return client.host && client.host->size() > host.suffix.size() && client.host->ends_with(host.suffix);
  }
  bool operator()(const NameClass& name) const {
    const std::string_view host = client.host ? std::string_view(*client.host) : "unknown";
    if (name.state == NameState::unknown || name.state == NameState::paranoid)
      return host == (name.state == NameState::unknown ? "unknown" : paranoid_host);
    const bool is_known = host != "unknown" && host != paranoid_host;
    return is_known && (name.state == NameState::known || host.find('.') == std::string_view::npos);
  }
  bool operator()(const MaskedAddress& net) const {
    return client.address.family == Family::ipv4 && (client.address.ipv4() & net.mask) == net.bits;
  }
  bool operator()(const TextPattern& text) const {
    return matches_word(text.pattern, format_address(client.address)) ||
           matches_word(text.pattern, client.host.value_or("unknown"));
  }
  template <typename Numeric>
  bool operator()(const Numeric& numeric) const {
    const auto ranges = ranges_of(numeric);
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) { return range.covers(client.address); });
  }
};

}  // namespace

bool applies_to(const Policy& policy, std::uint32_t daemons, std::string_view daemon) {
  return daemons == 0 || is_listed(policy, policy.daemon_lists[daemons], in_lower_case(daemon));
}

bool is_about(const Policy& policy, const Rule& rule, const Client& client) {
  return matches(rule.pattern(), client) && has_info(policy, rule.info(), client) &&
         !is_excepted(policy, rule.exceptions(), client);
}

Decision decision_of(const Policy& policy, std::size_t rule) {
  const Rule first = policy.rules[rule];
  return {first.outcome_index(), rule, policy.shown_pattern(rule, format_pattern(first.pattern()))};
}

bool matches(const ClientPattern& pattern, const Client& client) { return std::visit(Matcher{client}, pattern); }

Decision evaluate(const Policy& policy, const Client& client, std::string_view daemon, Trace* trace) {
  if (!policy.is_by_key()) return decide_by_first_match(policy, client, daemon, trace);
  return decide_by_keys(policy, client, daemon, trace);
}

const EnvEdits& edits_of(const Policy& policy, const Decision& decision) {
  return decision.rule ? policy.edits_of(policy.rules[*decision.rule]) : policy.edit_lists.front();
}

}  // namespace core
