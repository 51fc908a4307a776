// FirstRuleIndex: from a client to the first rule that matches, for policies that choose by that.
//
// The fast counterpart of evaluate's walk over all rules; a test holds the two equal. Prefixes and names without any
// condition are found by hash, each with the first rule that has it; all other rules are tried as evaluate does.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/evaluate.hpp"
#include "model/octet_table.hpp"
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
  struct PrefixHash {
    std::size_t operator()(const Prefix& prefix) const;
  };
  void add(const ClientPattern& pattern, std::uint32_t rule);
  void add(const Prefix& prefix, std::uint32_t rule);
  [[nodiscard]] std::uint32_t find_address(const Address& address) const;
  [[nodiscard]] std::uint32_t find_name(std::string_view name) const;

  const Policy& policy_;
  OctetTable octets_;
  std::unordered_map<Prefix, std::uint32_t, PrefixHash> ipv6_;
  std::bitset<129> lengths_[2];  ///< of the prefixes of IPv4 and of IPv6 that are there
  std::unordered_map<std::string_view, std::uint32_t> names_;
  std::unordered_map<std::string_view, std::uint32_t> suffixes_;  ///< with their dots
  std::vector<std::uint32_t> others_;                             ///< in order
};

}  // namespace core
