// Shadows: prefix rules that decide for no client, because longer prefixes have all of their addresses.
#pragma once

#include <cstdint>
#include <vector>

#include "lint/facts.hpp"

namespace relayrules {

struct ShadowedRule {
  std::uint32_t rule = 0;
  std::vector<std::uint32_t> by;  ///< rules for parts of its addresses, in source order
};

/// All shadowed rules of a policy that is resolved by keys, in source order. Rules whose key an earlier one has are not
/// among them.
[[nodiscard]] std::vector<ShadowedRule> find_shadowed_rules(const PolicyFacts& facts);

}  // namespace relayrules
