// Effects: what the outcomes of different policies have in common, as numbers.
//
// Inside one policy two rules do the same when their outcomes have the same index. Between policies, outcomes with the same text have
// the same number here: the client cannot tell them apart.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/axes.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// What happens to a client.
struct Effect {
  bool allowed = false;
  bool relay = false;
  EnvEdits edits;  ///< what remains of them; none for a refusal
};

/// The numbers of the effects that the rules of one policy have. The policy must stay alive.
class EffectNumbers {
 public:
  [[nodiscard]] std::uint32_t of(const Candidate& candidate) const {
    return by_outcome_[candidate.rule == unclaimed ? 0 : rules_->outcome_index(candidate.rule)];
  }

 private:
  friend class Effects;
  const Rules* rules_ = nullptr;
  std::vector<std::uint32_t> by_outcome_;
};

/// All effects seen so far. Not thread-safe.
class Effects {
 public:
  /// The numbers of `policy`, which must stay as it is.
  [[nodiscard]] const EffectNumbers& numbers_of(const Policy& policy);
  /// The number of the effect that `candidate` of `policy` has.
  [[nodiscard]] std::uint32_t number_of(const Policy& policy, const Candidate& candidate) {
    return numbers_of(policy).of(candidate);
  }
  [[nodiscard]] const Effect& effect(std::uint32_t number) const { return effects_[number]; }
  /// How many different ones; numbers are below it.
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(effects_.size()); }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;  ///< by text
  std::vector<Effect> effects_;
  std::map<const Policy*, EffectNumbers> by_policy_;
};

/// The effects of the rules of one policy.
class RuleEffects {
 public:
  RuleEffects() = default;
  RuleEffects(Effects effects, EffectNumbers numbers) : effects_(std::move(effects)), numbers_(std::move(numbers)) {}

  [[nodiscard]] std::uint32_t number_of(const Candidate& candidate) const { return numbers_.of(candidate); }
  [[nodiscard]] const Effect& effect(std::uint32_t number) const { return effects_.effect(number); }
  [[nodiscard]] const Effect& of(const Candidate& candidate) const { return effect(number_of(candidate)); }
  /// Numbers are below this.
  [[nodiscard]] std::uint32_t count() const { return effects_.count(); }

 private:
  Effects effects_;
  EffectNumbers numbers_;
};

}  // namespace core::analysis
