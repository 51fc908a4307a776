// Needless rules of a first-match policy: without one of them every client would fare the same, because the rule that
// would decide for its clients next has the same effect.
//
// All that are found can go together, and with them the covered rules (covered_rules.hpp), which count as gone here.
// What holds when no rule decides at all is not counted on: hosts.deny may say more. Exact in what it claims; a rule
// below that nobody can say the clients of (KNOWN, wildcards, users, ...) keeps all above it that have another effect.
#pragma once

#include <cstdint>
#include <vector>

#include "lint/facts.hpp"

namespace core {

struct NeedlessRule {
  std::uint32_t rule = 0;
  std::uint32_t instead = 0;  ///< decides for its first client when it is gone
};

/// All of them, in source order; empty for policies that choose by key: where spamdyke reads
/// these from the top, it finds some that nobody here can say the clients of. `is_gone`: by rule. Near-linear.
[[nodiscard]] std::vector<NeedlessRule> find_needless_rules(const PolicyFacts& facts, const std::vector<bool>& is_gone);

}  // namespace core
