// FirstRuleIndex: from a client to the first rule that matches, for policies that choose by that.
//
// The fast counterpart of evaluate's walk over all rules; a test holds the two equal. Prefixes and names without any
// condition are found by hash, each with the first rule that has it; all other rules are tried as evaluate does.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/place_index.hpp"
#include "model/evaluate.hpp"
#include "model/policy.hpp"

namespace core {

/// Only for policies that choose the first rule. `policy` must stay alive and unchanged. Built in time linear in the
/// number of rules, thread-safe afterwards.
class FirstRuleIndex {
 public:
  explicit FirstRuleIndex(const Policy& policy);

  /// The same answer as evaluate's.
  [[nodiscard]] Decision decide(const Client& client, std::string_view daemon) const;

 private:
  void add(const ClientPattern& pattern, std::uint32_t rule);
  void add(const Prefix& prefix, std::uint32_t rule);
  /// True when the rule is for the addresses of `prefix`, in which no bit behind its length is set.
  [[nodiscard]] bool is_for(std::uint32_t rule, const Prefix& prefix) const;
  /// The first rule for this name, or for all names below this suffix; no_rule when there is none.
  template <typename Kind>
  [[nodiscard]] std::uint32_t find_pattern(const Kind& pattern) const;
  [[nodiscard]] std::uint32_t find_address(const Address& address) const;
  [[nodiscard]] std::uint32_t find_name(std::string_view name) const;

  const Policy& policy_;
  PlaceIndex prefixes_;          ///< of the rules for prefixes
  std::bitset<129> lengths_[2];  ///< of the prefixes of IPv4 and of IPv6 that are there
  PlaceIndex names_;             ///< of the rules for names
  bool has_suffixes_ = false;
  std::vector<std::uint32_t> others_;  ///< in order
};

}  // namespace core
