// The index of keys: see key_index.hpp.
#include "model/key_index.hpp"

#include <algorithm>
#include <cstring>

#include "model/key.hpp"
#include "model/space.hpp"

namespace core {

namespace {
/// A number below 2^mark_bits, from the end of `key`: equal keys have the same.
std::size_t mark_of(std::string_view key) {
  std::uint64_t tail = 0;
  const std::size_t size = std::min(key.size(), sizeof tail);
  std::memcpy(&tail, key.data() + key.size() - size, size);
  return static_cast<std::size_t>((tail + key.size()) * 0x9e3779b97f4a7c15U >> (64 - KeyIndex::mark_bits));
}

/// The same for an IPv4 prefix.
std::size_t mark_of(const Prefix& prefix) {
  const std::uint64_t number = std::uint64_t{prefix.base.ipv4()} << 8 | prefix.bits;
  return static_cast<std::size_t>(number * 0x9e3779b97f4a7c15U >> (64 - KeyIndex::mark_bits));
}
}  // namespace

KeyIndex::KeyIndex(const Policy& policy) : policy_(policy) { add_rules(true); }

KeyIndex::KeyIndex(const Policy& policy, std::span<const Client* const> clients) : policy_(policy) {
  const bool few = clients.size() < policy.rules.size() / 4;
  if (few)
    for (const Client* client : clients)
      for (std::string& key : keys_asked_for(*policy.lookup.scheme, *client)) {
        asked_.set(mark_of(key));
        if (const auto octets = parse_octets(key)) asked_octets_.set(mark_of(prefix_of(*octets)));
        rules_.try_emplace(std::move(key), no_rule);  // asked for, and nobody has it yet
      }
  add_rules(!few);
}

void KeyIndex::add_rules(bool all_keys) {
  for (std::uint32_t i = 0; i < policy_.rules.size(); ++i) {
    // most of a million rules are for other octets than any that are asked for: spares the key
    const auto octets = all_keys ? std::nullopt : policy_.rules.octets(i);
    if (octets && !asked_octets_.test(mark_of(*octets))) continue;
    for_each_key(policy_, policy_.rules[i], [&](std::string_view key) {
      // most keys of a million rules: spares the hash
      if (all_keys || asked_.test(mark_of(key))) add_key(key, i, all_keys);
    });
  }
}

void KeyIndex::add_key(std::string_view key, std::uint32_t rule, bool all_keys) {
  std::uint32_t* known = nullptr;
  if (const auto octets = all_keys ? parse_octets(key) : std::nullopt)
    known = octet_rules_.find_or_add(prefix_of(*octets), rule);
  else if (const auto found = rules_.find(key); found != rules_.end())
    known = &found->second;
  else if (all_keys)
    rules_.emplace(std::string(key), rule);
  if (known == nullptr) return;
  const bool narrowest = policy_.lookup.tie == Lookup::Tie::narrowest;
  if (*known == no_rule || (narrowest && is_narrower(policy_.rules[rule].pattern(), policy_.rules[*known].pattern())))
    *known = rule;
}

std::optional<std::size_t> KeyIndex::find(std::string_view key) const {
  if (const auto octets = parse_octets(key))
    if (const std::uint32_t* rule = octet_rules_.find(prefix_of(*octets))) return *rule;
  const auto found = rules_.find(key);
  if (found == rules_.end() || found->second == no_rule) return std::nullopt;
  return found->second;
}

Decision KeyIndex::decide(const Client& client) const {
  Decision decision;
  ask_keys(*policy_.lookup.scheme, client, [&](std::string_view key) {
    const auto rule = find(key);
    if (rule) decision = {policy_.rules.outcome_index(*rule), rule, std::string(key)};
    return rule.has_value();
  });
  return decision;
}

Evaluator::Evaluator(const Policy& policy, std::string_view daemon) : policy_(policy), daemon_(daemon) {
  if (policy.is_by_key())
    keys_.emplace(policy);
  else
    first_rules_.emplace(policy);
}

Evaluator::Evaluator(const Policy& policy, std::string_view daemon, std::span<const Client* const> clients)
    : policy_(policy), daemon_(daemon) {
  constexpr std::size_t small = 100'000;  // below this evaluate takes less time than an index
  if (policy.rules.size() * clients.size() <= small) return;
  if (policy.is_by_key())
    keys_.emplace(policy, clients);
  else
    first_rules_.emplace(policy);
}

}  // namespace core
