// Covered rules: rules of a first-match policy that can never decide, because rules above them take all of their
// clients. Where one of these does something else with them, the two contradict each other.
//
// Exact in what it claims: for every address, name and daemon of such a rule another one decides. A rule may be passed
// over that only the words KNOWN and LOCAL, wildcards, users, masks with gaps, servers or EXCEPT in a list of daemons
// hide: these are no regions of addresses or names, and take nothing here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lint/facts.hpp"

namespace core {

struct CoveredRule {
  std::uint32_t rule = 0;
  std::uint32_t above = 0;        ///< a rule above it that takes some of its clients, of another effect if one is
  std::optional<Address> client;  ///< one of these; none where the rule is about names
  bool is_below_all = false;      ///< one rule above it is for all clients of all its daemons
  bool is_alike = false;          ///< no rule is known that takes some of its clients with another effect
};

/// All of them, in source order; empty where the program chooses by key. Near-linear.
[[nodiscard]] std::vector<CoveredRule> find_covered_rules(const PolicyFacts& facts);

}  // namespace core
