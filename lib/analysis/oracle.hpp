// Oracle: evaluate, asked about what analysis claims.
//
// Whatever analysis claims, it shows a witness for, and the witness is put to the reference meaning of the policy before anybody sees it:
// always, not only in tests. For small policies that is evaluate itself; for large ones the keys that the witnesses are asked with are
// looked for in one pass over the rules, which is held equal to it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/policy.hpp"

namespace core::analysis {

/// A witness, and the rule that is claimed to decide for it; none: no rule.
struct Witness {
  const Client* client = nullptr;
  std::optional<std::size_t> rule;
};

/// Ends the program when one of them is decided otherwise. Linear in rules and witnesses together; under first match in their product.
void require_decisions(const Policy& policy, std::string_view daemon, std::span<const Witness> witnesses);

}  // namespace core::analysis
