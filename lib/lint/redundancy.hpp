// Redundancy: rules without which every client would fare the same. Exact, for all addresses, names and infos at once.
//
// A rule can go when all that its clients would meet next in tcpserver's order has the same effect. Only what is asked
// later counts for that, so all rules that are found can be deleted together. Rules whose key another rule has too are
// left to duplicate-key. A rule that decides for nobody (shadowed, or the second with its key) counts as if it decided:
// because of it this may be silent, but is never wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lint/facts.hpp"

namespace core {

struct RedundantRule {
  std::uint32_t rule = 0;
  std::optional<std::uint32_t> instead;  ///< the rule that would decide for its first client; none: no rule would
};

/// All of them but the catch-all, in source order. Empty for policies that are incomplete or choose by order, that
/// have networks of IPv6, or are for ucspi-tcp6.
/// Near-linear.
[[nodiscard]] std::vector<RedundantRule> find_redundant_rules(const PolicyFacts& facts);

/// True when there are rules besides the catch-all, and each that matches anybody does what holds for strangers.
[[nodiscard]] bool decides_alike(const PolicyFacts& facts);

}  // namespace core
