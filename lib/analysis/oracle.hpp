// Oracle: evaluate, asked again and again about one policy.
//
// Whatever analysis claims, it shows a witness for, and the witness is put to the reference meaning of the policy before anybody sees it:
// always, not only in tests. For small policies that is evaluate itself; for large ones the key index, which is held equal to it.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "model/evaluate.hpp"
#include "model/key_index.hpp"
#include "model/policy.hpp"

namespace relayrules::analysis {

class Oracle {
 public:
  /// `policy` must stay alive and unchanged.
  Oracle(const Policy& policy, std::string_view service) : policy_(policy), service_(service) {}

  [[nodiscard]] Decision decide(const Client& client) {
    constexpr std::size_t small = 2000;
    if (policy_.rules.size() <= small || policy_.resolution == Resolution::first_match)
      return evaluate(policy_, client, service_);
    if (!index_) index_ = std::make_unique<KeyIndex>(policy_);
    return index_->decide(client);
  }

 private:
  const Policy& policy_;
  std::string_view service_;
  std::unique_ptr<KeyIndex> index_;
};

/// Ends the program when `decision` is not by `rule` (none: by no rule): analysis claimed what is not so.
void require_rule(const Decision& decision, std::optional<std::size_t> rule, const Client& witness);

}  // namespace relayrules::analysis
