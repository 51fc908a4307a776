// The index of keys: see key_index.hpp.
#include "model/key_index.hpp"

#include "model/key.hpp"

namespace relayrules {

KeyIndex::KeyIndex(const Policy& policy) : policy_(policy) {
  const bool narrowest = policy.resolution == Resolution::narrowest_key;
  rules_.reserve(policy.rules.size());
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    for_each_key(policy, policy.rules[i], [&](std::string_view key) {
      const auto known = rules_.find(key);
      if (known == rules_.end())
        rules_.emplace(std::string(key), i);
      else if (narrowest && is_narrower(policy.rules[i].peer, policy.rules[known->second].peer))
        known->second = i;
    });
  }
}

std::optional<std::size_t> KeyIndex::find(std::string_view key) const {
  const auto found = rules_.find(key);
  return found == rules_.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

Decision KeyIndex::decide(const Client& client) const {
  for (const std::string& key : keys_asked_for(client))
    if (const auto rule = find(key)) return {policy_.rules[*rule].verdict, rule, key};
  return {};
}

}  // namespace relayrules
