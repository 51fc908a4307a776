// Numbering effects: see effects.hpp. A million rules share a few outcomes, so the work is done once for each of these.
#include "analysis/effects.hpp"

namespace core::analysis {

const EffectNumbers& Effects::numbers_of(const Policy& policy) {
  EffectNumbers& known = by_policy_[&policy];
  if (known.rules_ != nullptr) return known;
  known.rules_ = &policy.rules;
  for (const Outcome& outcome : policy.outcomes()) {
    const EnvEdits& edits = policy.edit_lists[outcome.edits];
    const auto [entry, is_new] = numbers_.try_emplace(text_of(outcome, edits), count());
    if (is_new)
      effects_.push_back({outcome.allows(), outcome.relays(), outcome.allows() ? remaining(edits) : EnvEdits{}});
    known.by_outcome_.push_back(entry->second);
  }
  return known;
}

}  // namespace core::analysis
