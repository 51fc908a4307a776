// The index of patterns: see first_rule_index.hpp.
#include "model/first_rule_index.hpp"

#include <algorithm>

namespace core {

std::size_t FirstRuleIndex::PrefixHash::operator()(const Prefix& prefix) const {
  const auto& bytes = prefix.base.bytes;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>{}(text) + prefix.bits;
}

FirstRuleIndex::FirstRuleIndex(const Policy& policy) : policy_(policy) {
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    if (rule.condition() == Condition())
      add(rule.pattern(), i);
    else
      others_.push_back(i);
  }
}

void FirstRuleIndex::add(const ClientPattern& pattern, std::uint32_t rule) {
  const auto* suffix = std::get_if<HostSuffix>(&pattern);
  if (const auto* prefix = std::get_if<Prefix>(&pattern); prefix != nullptr && prefix->bits != 0)
    add(*prefix, rule);
  else if (const auto* host = std::get_if<HostName>(&pattern))
    names_.try_emplace(host->name, rule);
  else if (suffix != nullptr && suffix->suffix.starts_with('.'))
    suffixes_.try_emplace(suffix->suffix, rule);
  else
    others_.push_back(rule);
}

void FirstRuleIndex::add(const Prefix& prefix, std::uint32_t rule) {
  const Prefix whole = make_prefix(prefix.base, prefix.bits);
  const bool is_ipv6 = whole.base.family == Family::ipv6;
  lengths_[is_ipv6 ? 1 : 0].set(whole.bits);
  if (is_ipv6)
    ipv6_.try_emplace(whole, rule);
  else
    octets_.find_or_add(whole, rule);
}

std::uint32_t FirstRuleIndex::find_address(const Address& address) const {
  const bool is_ipv6 = address.family == Family::ipv6;
  const auto& lengths = lengths_[is_ipv6 ? 1 : 0];
  std::uint32_t first = no_rule;
  for (unsigned bits = 1; bits <= address_bits(address.family); ++bits) {
    if (!lengths.test(bits)) continue;
    const Prefix prefix = make_prefix(address, bits);
    if (!is_ipv6) {
      if (const std::uint32_t* rule = octets_.find(prefix)) first = std::min(first, *rule);
    } else if (const auto found = ipv6_.find(prefix); found != ipv6_.end()) {
      first = std::min(first, found->second);
    }
  }
  return first;
}

std::uint32_t FirstRuleIndex::find_name(std::string_view name) const {
  std::uint32_t first = no_rule;
  if (const auto found = names_.find(name); found != names_.end()) first = found->second;
  if (suffixes_.empty()) return first;
  for (std::size_t dot = name.find('.', 1); dot < name.size(); dot = name.find('.', dot + 1))
    if (const auto found = suffixes_.find(name.substr(dot)); found != suffixes_.end())
      first = std::min(first, found->second);
  return first;
}

Decision FirstRuleIndex::decide(const Client& client, std::string_view daemon) const {
  std::uint32_t first = find_address(client.address);
  if (client.host) first = std::min(first, find_name(*client.host));
  for (const std::uint32_t other : others_) {
    if (other > first) break;
    const Rule rule = policy_.rules[other];
    if (applies_to(policy_, rule, daemon) && is_about(policy_, rule, client)) first = other;
  }
  return first == no_rule ? Decision{} : decision_of(policy_, first);
}

}  // namespace core
