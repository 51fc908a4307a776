// The index of patterns: see first_rule_index.hpp.
#include "model/first_rule_index.hpp"

#include <algorithm>

#include "model/space.hpp"

namespace core {

namespace {

constexpr std::uint32_t suffix_seed = 1;

std::uint32_t hash_of(const Prefix& prefix) {
  if (prefix.base.family == Family::ipv4)
    return PlaceIndex::hash_of(std::uint64_t{prefix.base.ipv4()} << 8 | prefix.bits);
  const auto& bytes = prefix.base.bytes;
  return PlaceIndex::hash_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, prefix.bits);
}

std::uint32_t hash_of(const HostName& host) { return PlaceIndex::hash_of(host.name); }
std::uint32_t hash_of(const HostSuffix& host) { return PlaceIndex::hash_of(host.suffix, suffix_seed); }

}  // namespace

FirstRuleIndex::FirstRuleIndex(const Policy& policy) : policy_(policy) {
  const Rules& rules = policy.rules;
  std::size_t octets = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) octets += rules.octet_number(i) != 0 ? 1 : 0;
  prefixes_.reserve(octets);
  names_.reserve(rules.size() - octets);
  const auto hash_of_rule = [&](std::uint32_t i) {
    const auto prefix = rules.octets(i);
    return prefix ? hash_of(*prefix) : 0;
  };
  prefixes_.visit_ahead(static_cast<std::uint32_t>(rules.size()), hash_of_rule, [&](std::uint32_t i, std::uint32_t) {
    if (rules[i].condition() != Condition())
      others_.push_back(i);
    else if (const auto prefix = rules.octets(i); prefix && prefix->bits != 0)
      add(*prefix, i);
    else
      add(rules[i].pattern(), i);
  });
}

void FirstRuleIndex::add(const ClientPattern& pattern, std::uint32_t rule) {
  const auto* host = std::get_if<HostName>(&pattern);
  const auto* suffix = std::get_if<HostSuffix>(&pattern);
  if (const auto* prefix = std::get_if<Prefix>(&pattern); prefix != nullptr && prefix->bits != 0)
    return add(make_prefix(prefix->base, prefix->bits), rule);
  if (host != nullptr) {
    names_.find_or_add(hash_of(*host), rule,
                       [&](std::uint32_t other) { return policy_.rules[other].get_if<HostName>() == *host; });
  } else if (suffix != nullptr && suffix->suffix.starts_with('.')) {
    has_suffixes_ = true;
    names_.find_or_add(hash_of(*suffix), rule,
                       [&](std::uint32_t other) { return policy_.rules[other].get_if<HostSuffix>() == *suffix; });
  } else {
    others_.push_back(rule);
  }
}

void FirstRuleIndex::add(const Prefix& prefix, std::uint32_t rule) {
  lengths_[prefix.base.family == Family::ipv6 ? 1 : 0].set(prefix.bits);
  prefixes_.find_or_add(hash_of(prefix), rule, [&](std::uint32_t other) { return is_for(other, prefix); });
}

bool FirstRuleIndex::is_for(std::uint32_t rule, const Prefix& prefix) const {
  const auto own = policy_.rules[rule].get_if<Prefix>();
  return own && own->bits == prefix.bits && make_prefix(own->base, own->bits) == prefix;
}

template <typename Kind>
std::uint32_t FirstRuleIndex::find_pattern(const Kind& pattern) const {
  const std::uint32_t rule = names_.find(
      hash_of(pattern), [&](std::uint32_t other) { return policy_.rules[other].get_if<Kind>() == pattern; });
  return rule == PlaceIndex::nobody ? no_rule : rule;
}

std::uint32_t FirstRuleIndex::find_address(const Address& address) const {
  std::uint32_t first = no_rule;
  const auto& lengths = lengths_[address.family == Family::ipv6 ? 1 : 0];
  for (unsigned bits = 1; bits <= address_bits(address.family); ++bits) {
    if (!lengths.test(bits)) continue;
    const Prefix prefix = make_prefix(address, bits);
    const std::uint32_t rule =
        prefixes_.find(hash_of(prefix), [&](std::uint32_t other) { return is_for(other, prefix); });
    if (rule != PlaceIndex::nobody) first = std::min(first, rule);
  }
  return first;
}

std::uint32_t FirstRuleIndex::find_name(std::string_view name) const {
  std::uint32_t first = find_pattern(HostName{name});
  if (!has_suffixes_) return first;
  for (std::size_t dot = name.find('.', 1); dot < name.size(); dot = name.find('.', dot + 1))
    first = std::min(first, find_pattern(HostSuffix{name.substr(dot)}));
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
