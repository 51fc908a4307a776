// Effects: what rules do to clients, as numbers that mean the same for all policies that are looked at together.
//
// Inside one policy two rules do the same when their outcomes have the same index. Between policies, outcomes with
// equal effects have the same number here: the client cannot tell them apart.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/axes.hpp"
#include "model/evaluate.hpp"
#include "model/policy.hpp"

namespace core::analysis {

/// What happens to a client.
struct Effect {
  bool allowed = false;
  bool relay = false;
  std::span<const EnvEdit> edits;  ///< of the policy: what remains of them; none for a refusal
};

/// How a policy, which must stay alive and unchanged, decides a set of clients.
struct Side {
  Effect effect;
  std::optional<std::size_t> rule;  ///< index into the policy's rules; none: nothing matched
};

/// The rule of a decision; no_rule: none.
[[nodiscard]] inline std::uint32_t rule_of(const Decision& decision) {
  return decision.rule ? static_cast<std::uint32_t>(*decision.rule) : no_rule;
}

/// The effects of all rules of some policies, which must stay alive. A side is the place of a policy among these.
class Effects {
 public:
  explicit Effects(std::span<const Policy* const> policies);

  /// The number of what `rule` (no_rule: no rule) does.
  [[nodiscard]] std::uint32_t number_of(std::uint32_t rule, std::size_t side = 0) const {
    const EffectNumbers& numbers = sides_[side];
    return numbers.by_outcome[rule == no_rule ? 0 : numbers.rules->outcome_index(rule)];
  }
  /// Calls visit(i, number) for each of `found`, in order, with number_of() what was found there. Rules that come by
  /// address lie anywhere in memory: each is fetched before its turn.
  template <typename Visit>
  void for_each(const std::vector<std::array<Candidate, 1>>& found, Visit&& visit) const {
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (i + ahead < found.size()) fetch(found[i + ahead].front().rule);
      visit(i, number_of(found[i].front().rule));
    }
  }
  [[nodiscard]] std::uint32_t number_of(const Decision& decision, std::size_t side = 0) const {
    return number_of(rule_of(decision), side);
  }
  [[nodiscard]] Effect effect(std::uint32_t number) const {
    const EffectView& view = effects_[number];
    const Outcome outcome{view.access, view.relay};
    return {outcome.allows(), outcome.relays(), *view.edits};
  }
  /// What `rule` does to the clients that it decides.
  [[nodiscard]] Side decision(std::uint32_t rule, std::size_t side = 0) const {
    return {effect(number_of(rule, side)), rule == no_rule ? std::nullopt : std::optional<std::size_t>(rule)};
  }
  /// Numbers are below this.
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(effects_.size()); }

 private:
  [[gnu::always_inline]] void fetch(std::uint32_t rule) const {
    if (rule != no_rule) sides_.front().rules->fetch_outcome(rule);
  }

  struct EffectNumbers {
    const Rules* rules;
    std::vector<std::uint32_t> by_outcome;
  };
  std::vector<EffectNumbers> sides_;
  std::vector<EffectView> effects_;
};

}  // namespace core::analysis
