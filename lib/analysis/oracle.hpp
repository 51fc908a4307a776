// Oracle: evaluate, asked about many clients at once.
//
// Whatever analysis claims, it shows a witness for, and the witness is put to the reference meaning of the policy before anybody sees it:
// always, not only in tests. For small policies that is evaluate itself; for large ones the keys that the witnesses are asked with are
// looked for in one pass over the rules, which is held equal to it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/evaluate.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// For each client its decision. Linear in rules and clients together; under first match in their product.
[[nodiscard]] std::vector<Decision> decide_all(const Policy& policy, std::span<const Client* const> clients,
                                               std::string_view daemon);

/// Ends the program when `decision` is not by `rule` (none: by no rule): analysis claimed what is not so.
void require_rule(const Decision& decision, std::optional<std::size_t> rule, const Client& witness);

}  // namespace core::analysis
