// Lowering of policies that already think in keys: see lower.hpp. For key_order every rule gives its keys, in the order
// of the text, duplicates and dead keys included: that is what makes the result byte-identical to tcprules' own.
#include "cdb/lower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/finding_kinds.hpp"
#include "cdb/value.hpp"
#include "model/key.hpp"
#include "model/key_index.hpp"

namespace core::cdb {
namespace {

/// Values by edit list: encoded once each, since many rules share one.
class Values {
 public:
  explicit Values(const Policy& policy)
      : policy_(policy), cached_(policy.edit_lists.size() * 2), known_(cached_.size()) {}

  std::string_view of(const Rule& rule) {
    const std::size_t slot = rule.edits() * 2 + (rule.access() == Access::deny ? 1 : 0);
    if (!known_[slot]) cached_[slot] = encode_value(rule.access(), policy_.edits_of(rule));
    known_[slot] = true;
    return cached_[slot];
  }

 private:
  const Policy& policy_;
  std::vector<std::string> cached_;
  std::vector<bool> known_;
};

bool refuse(const Rule& rule, std::string message, Findings& findings) {
  findings.add(portability::not_expressible, rule.pattern_span(), std::move(message));
  return false;
}

/// True when the keys of `scheme` say exactly the network.
bool has_keys(const KeyScheme& scheme, const Prefix& network) {
  Keys keys;
  return network.base.family == Family::ipv4 || scheme.add_ipv6_keys(network, keys);
}

bool has_keys(const KeyScheme& scheme, const ClientPattern& pattern) {
  Keys keys;
  if (const auto* cidr = std::get_if<CidrNetwork>(&pattern)) return scheme.add_cidr_key(cidr->network, keys);
  if (const auto* prefix = std::get_if<Prefix>(&pattern)) return has_keys(scheme, *prefix);
  const auto* range = std::get_if<Range>(&pattern);
  if (range == nullptr) return true;
  const auto prefixes = prefixes_of(*range);
  return std::all_of(prefixes.begin(), prefixes.end(), [&](const Prefix& part) { return has_keys(scheme, part); });
}

/// What no list of keys can say: some IPv6 networks, exceptions.
bool check_expressible(const Policy& policy, const Rule& rule, Findings& findings) {
  if (policy.rules.octet_number(rule.index()) != 0 && rule.exceptions() == 0) return true;  // most rules
  const KeyScheme& scheme = *policy.lookup.scheme;
  if (!has_keys(scheme, rule.pattern())) {
    const bool knows_networks = &scheme != &tcpserver_keys;
    return refuse(
        rule,
        knows_networks
            ? fmt::format("'{}': no list of keys of {} is exactly this network, because a text with '::' in it "
                          "stands for addresses inside and outside",
                          format_pattern(rule.pattern()), scheme.name)
            : fmt::format("'{}': tcpserver's database has no keys for IPv6 networks", format_pattern(rule.pattern())),
        findings);
  }
  if (rule.exceptions() != 0)
    return refuse(rule, "exceptions cannot be said in a rule that is looked up by key", findings);
  return true;
}

bool lower_key_order(const Policy& policy, RecordSink& sink, Findings& findings) {
  Values values(policy);
  bool going = true;
  for (const Rule rule : policy.rules) {
    if (!check_expressible(policy, rule, findings)) return false;
    const std::string_view value = values.of(rule);
    for_each_key(policy, rule, [&](std::string_view key) { going = going && sink.add(key, value); });
    if (!going) return false;
  }
  return true;
}

/// Each key goes to the rule that wins it, at that rule's place.
bool lower_narrowest_key(const Policy& policy, RecordSink& sink, Findings& findings) {
  for (const Rule rule : policy.rules)
    if (!check_expressible(policy, rule, findings)) return false;
  const KeyIndex winners(policy);
  Values values(policy);
  bool going = true;
  for (std::size_t i = 0; i < policy.rules.size() && going; ++i) {
    for_each_key(policy, policy.rules[i], [&](std::string_view key) {
      if (going && winners.find(key) == i) going = sink.add(key, values.of(policy.rules[i]));
    });
  }
  return going;
}

}  // namespace

bool lower(const Policy& policy, std::string_view daemon, RecordSink& sink, Findings& findings) {
  if (policy.no_match().access == Access::pass) {
    findings.add(
        portability::not_expressible, policy.span,
        fmt::format("{} is a table that another server goes on behind: a database lets in or refuses, and cannot "
                    "say what it does",
                    policy.format));
    return false;
  }
  if (!policy.is_by_key()) return lower_first_match(policy, daemon, sink, findings);
  if (policy.lookup.tie == Lookup::Tie::narrowest) return lower_narrowest_key(policy, sink, findings);
  return lower_key_order(policy, sink, findings);
}

}  // namespace core::cdb
