// Conflicts: rules of a first-match policy that can never decide, because rules above them take all of their clients
// and do something else with them.
//
// Exact in what it claims: for every address, name and daemon of such a rule another one decides. A rule may be passed
// over that only the words KNOWN and LOCAL, wildcards, users, masks with gaps, servers or EXCEPT in a list of daemons
// hide: these are no regions of addresses or names, and take nothing here. Rules that do the same as those above them
// are no conflict.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lint/facts.hpp"

namespace core {

struct Conflict {
  std::uint32_t rule = 0;
  std::uint32_t above = 0;        ///< a rule above it that is about some of its clients and has another effect
  std::optional<Address> client;  ///< one of these; none where the rule is about names
  bool is_below_all = false;      ///< one rule above it is for all clients of all its daemons
};

/// All of them, in source order; empty for policies that choose by key. Near-linear.
[[nodiscard]] std::vector<Conflict> find_conflicts(const PolicyFacts& facts);

}  // namespace core
