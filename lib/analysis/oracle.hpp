// Oracle: evaluate, asked again and again about one policy.
//
// Whatever analysis claims, it shows a witness for, and the witness is put to the reference meaning of the policy before anybody sees it:
// always, not only in tests. For a few questions about a small policy that is evaluate itself; else the key index, which is held equal
// to it.
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
    constexpr std::size_t few = 1000;
    if (policy_.resolution == Resolution::first_match || (policy_.rules.size() <= small && ++asked_ <= few))
      return evaluate(policy_, client, service_);
    if (!index_) index_ = std::make_unique<KeyIndex>(policy_);
    return index_->decide(client);
  }

 private:
  const Policy& policy_;
  std::string_view service_;
  std::size_t asked_ = 0;
  std::unique_ptr<KeyIndex> index_;
};

/// Ends the program when `decision` is not by `rule` (none: by no rule): analysis claimed what is not so.
void require_rule(const Decision& decision, std::optional<std::size_t> rule, const Client& witness);

}  // namespace relayrules::analysis
