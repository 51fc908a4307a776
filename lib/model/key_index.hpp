// KeyIndex: from a key to the rule that answers it, for policies that think in keys.
//
// The fast counterpart of evaluate's walk over all rules; a test holds the two equal. Built once, in time linear in the
// number of keys.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/evaluate.hpp"
#include "model/first_rule_index.hpp"
#include "model/octet_table.hpp"
#include "model/policy.hpp"

namespace core {

/// Only for policies that choose by key. `policy` must stay alive and unchanged.
class KeyIndex {
 public:
  explicit KeyIndex(const Policy& policy);
  /// Only good for `clients`, but smaller and faster to build when these are few.
  KeyIndex(const Policy& policy, std::span<const Client* const> clients);

  /// The rule that answers `key`; none when no rule has it.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view key) const;
  /// The same answer as evaluate's.
  [[nodiscard]] Decision decide(const Client& client) const;

  static constexpr unsigned mark_bits = 14;  ///< the keys asked for are marked in a table of two to the power of this

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  void add_rules(bool all_keys);
  void add_key(std::string_view key, std::uint32_t rule, bool all_keys);

  const Policy& policy_;
  OctetTable octet_rules_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> rules_;
  std::bitset<std::size_t{1} << mark_bits> asked_;         ///< where few keys are asked for
  std::bitset<std::size_t{1} << mark_bits> asked_octets_;  ///< those of octets once more, as prefixes
};

/// evaluate, asked about many clients by one policy, which must stay alive and unchanged.
class Evaluator {
 public:
  Evaluator(const Policy& policy, std::string_view daemon);
  /// Only good for `clients`.
  Evaluator(const Policy& policy, std::string_view daemon, std::span<const Client* const> clients);

  [[nodiscard]] Decision decide(const Client& client) const {
    if (first_rules_) return first_rules_->decide(client, daemon_);
    return keys_ ? keys_->decide(client) : evaluate(policy_, client, daemon_);
  }

 private:
  const Policy& policy_;
  std::string daemon_;
  std::optional<KeyIndex> keys_;  ///< where it takes less time than evaluate
  std::optional<FirstRuleIndex> first_rules_;
};

}  // namespace core
