// Numbering effects: see effects.hpp. A million rules share a few lists of edits, so the work is done once for each list.
#include "analysis/effects.hpp"

#include <algorithm>
#include <functional>

namespace core::analysis {
namespace {

/// The last edit of each variable is the one that counts.
EnvEdits remaining(const EnvEdits& edits) {
  if (edits.size() < 2) return edits;
  std::map<std::string_view, const EnvEdit*> last;
  for (const EnvEdit& edit : edits) last[edit.name()] = &edit;
  EnvEdits remain;
  for (const auto& [name, edit] : last) remain.push_back(*edit);
  return remain;
}

/// Where the name ends does not count: the program that runs sees NAME=VALUE.
bool is_same(const Effect& a, const Effect& b) {
  const auto is_same_edit = [](const EnvEdit& x, const EnvEdit& y) {
    return x.unset == y.unset && x.expands == y.expands && x.assignment == y.assignment;
  };
  return a.allowed == b.allowed &&
         std::equal(a.edits.begin(), a.edits.end(), b.edits.begin(), b.edits.end(), is_same_edit);
}

std::size_t hash_of(const Effect& effect) {
  std::size_t hash = effect.allowed ? 1 : 0;
  for (const EnvEdit& edit : effect.edits) hash = hash * 31 + std::hash<std::string>()(edit.assignment);
  return hash;
}

}  // namespace

std::uint32_t Effects::intern(Effect effect) {
  const std::size_t hash = hash_of(effect);
  const auto [first, last] = numbers_.equal_range(hash);
  const auto known =
      std::find_if(first, last, [&](const auto& entry) { return is_same(effects_[entry.second], effect); });
  if (known != last) return known->second;
  const auto number = static_cast<std::uint32_t>(effects_.size());
  numbers_.emplace(hash, number);
  effects_.push_back(std::move(effect));
  return number;
}

std::uint32_t Effects::number_of(const Policy& policy, const Candidate& candidate) {
  return number_of(policy, numbers_known(policy), candidate);
}

std::vector<std::uint32_t>& Effects::numbers_known(const Policy& policy) {
  auto& known = by_edits_[&policy];
  if (known.empty()) known.assign(policy.edit_lists.size() * 2, unclaimed);
  return known;
}

std::uint32_t Effects::number_of(const Policy& policy, std::vector<std::uint32_t>& known, const Candidate& candidate) {
  const bool matched = candidate.rule != unclaimed;
  const Verdict verdict = matched ? policy.rules[candidate.rule].verdict : policy.no_match;
  const std::size_t list = matched ? policy.rules[candidate.rule].edits : 0;
  std::uint32_t& number = known[list * 2 + (verdict == Verdict::allow ? 1 : 0)];
  if (number != unclaimed) return number;
  Effect effect;
  effect.allowed = verdict == Verdict::allow;
  if (effect.allowed) effect.edits = remaining(policy.edit_lists[list]);
  effect.relay = effect.allowed && grants_relay(effect.edits);
  return number = intern(std::move(effect));
}

EffectNumbers Effects::number_all(const Policy& policy) {
  std::vector<std::uint32_t>& known = numbers_known(policy);
  EffectNumbers numbers;
  numbers.numbers_.reserve(policy.rules.size() + 1);
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) numbers.numbers_.push_back(number_of(policy, known, {0, i}));
  numbers.numbers_.push_back(number_of(policy, known, {}));
  return numbers;
}

}  // namespace core::analysis
