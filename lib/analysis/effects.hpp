// Effects: what a decision does to a client, as a number, so that decisions of different policies can be compared.
//
// Two decisions have the same effect when the client cannot tell them apart: both refuse, or both let it in with the same
// environment. A rule that allows and sets nothing is the same as no rule where no rule allows.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "model/axes.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// What happens to a client.
struct Effect {
  bool allowed = false;
  bool relay = false;
  EnvEdits edits;  ///< what remains of them: one for each name, sorted; none for a refusal
};

/// The numbers of the effects that the rules of one policy have.
class EffectNumbers {
 public:
  [[nodiscard]] std::uint32_t of(const Candidate& candidate) const {
    return candidate.rule == unclaimed ? numbers_.back() : numbers_[candidate.rule];
  }

 private:
  friend class Effects;
  std::vector<std::uint32_t> numbers_;  // by rule; the last is for no rule
};

/// All effects seen so far. Not thread-safe.
class Effects {
 public:
  /// The number of the effect that `candidate` of `policy` has.
  [[nodiscard]] std::uint32_t number_of(const Policy& policy, const Candidate& candidate);
  /// The same for all rules of `policy`: what proofs ask a million times, in an order that is not the rules'.
  [[nodiscard]] EffectNumbers number_all(const Policy& policy);
  [[nodiscard]] const Effect& effect(std::uint32_t number) const { return effects_[number]; }
  /// How many different ones; numbers are below it.
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(effects_.size()); }

 private:
  std::uint32_t intern(Effect effect);
  std::vector<std::uint32_t>& numbers_known(const Policy& policy);
  std::uint32_t number_of(const Policy& policy, std::vector<std::uint32_t>& known, const Candidate& candidate);

  std::unordered_multimap<std::size_t, std::uint32_t> numbers_;  ///< by hash
  std::vector<Effect> effects_;
  /// by policy: for each edit list the number for a deny and for an allow, unclaimed where not yet known
  std::map<const Policy*, std::vector<std::uint32_t>> by_edits_;
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
