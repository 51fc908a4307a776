// Numbering effects: see effects.hpp. A million rules share a few outcomes, so the work is done once for each of these.
#include "analysis/effects.hpp"

#include <unordered_map>

namespace core::analysis {

Effects::Effects(std::span<const Policy* const> policies) {
  std::unordered_map<std::string, std::uint32_t> by_text;
  for (const Policy* policy : policies) {
    EffectNumbers& numbers = sides_.emplace_back(EffectNumbers{&policy->rules, {}});
    for (const Outcome& outcome : policy->outcomes()) {
      const EnvEdits& edits = policy->edit_lists[outcome.edits];
      const auto [entry, is_new] = by_text.try_emplace(text_of(outcome, edits), count());
      if (is_new)
        effects_.push_back({outcome.allows(), outcome.relays(), outcome.allows() ? remaining(edits) : EnvEdits{}});
      numbers.by_outcome.push_back(entry->second);
    }
  }
}

}  // namespace core::analysis
