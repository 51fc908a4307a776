// Numbering effects: see effects.hpp. A million rules share a few outcomes, so the work is done once for each of these.
#include "analysis/effects.hpp"

#include "base/place_index.hpp"

namespace core::analysis {

Effects::Effects(std::span<const Policy* const> policies) {
  PlaceIndex by_effect;
  for (const Policy* policy : policies) {
    EffectNumbers& numbers = sides_.emplace_back(EffectNumbers{&policy->rules, {}});
    for (const Outcome& outcome : policy->outcomes()) {
      const EffectView effect = policy->effect_of(outcome);
      const std::uint32_t known =
          by_effect.find_or_add(PlaceIndex::hash_of(effect.hash()), count(),
                                [&](std::uint32_t number) { return effects_[number] == effect; });
      numbers.by_outcome.push_back(known == PlaceIndex::nobody ? count() : known);
      if (known == PlaceIndex::nobody) effects_.push_back(effect);
    }
  }
}

}  // namespace core::analysis
