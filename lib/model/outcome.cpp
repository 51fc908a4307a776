// Outcomes and environment edits: see outcome.hpp.
#include "model/outcome.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>

namespace core {

std::string_view access_name(Access access) {
  switch (access) {
    case Access::deny: return "deny";
    case Access::allow: return "allow";
    case Access::defer: return "defer";
    case Access::discard: return "discard";
    case Access::pass: break;
  }
  return "pass";
}

std::vector<std::uint32_t> first_equal(const std::vector<Outcome>& outcomes) {
  std::unordered_map<Outcome, std::uint32_t, OutcomeHash> firsts;
  std::vector<std::uint32_t> first_of;
  for (const Outcome& outcome : outcomes)
    first_of.push_back(firsts.try_emplace(outcome, static_cast<std::uint32_t>(first_of.size())).first->second);
  return first_of;
}

std::vector<std::uint32_t> first_but_for_replies(std::vector<Outcome> outcomes) {
  for (Outcome& outcome : outcomes) outcome.reply = 0;
  return first_equal(outcomes);
}

EnvEdits remaining(const EnvEdits& edits) {
  if (edits.size() < 2) return edits;
  std::map<std::string_view, const EnvEdit*> last;
  for (const EnvEdit& edit : edits) last[edit.name()] = &edit;
  EnvEdits remain;
  for (const auto& [name, edit] : last) remain.push_back(*edit);
  return remain;
}

bool all_remain(const EnvEdits& edits) {
  return std::adjacent_find(edits.begin(), edits.end(), [](const EnvEdit& edit, const EnvEdit& next) {
           return edit.name() >= next.name();
         }) == edits.end();
}

const EnvEdit* find_edit(std::span<const EnvEdit> edits, std::string_view name) {
  const auto found = std::find_if(edits.rbegin(), edits.rend(),
                                  [&](const EnvEdit& edit) { return !edit.unset && edit.name() == name; });
  return found == edits.rend() ? nullptr : &*found;
}

bool operator==(const EffectView& a, const EffectView& b) {
  return a.access == b.access && a.relay == b.relay &&
         std::equal(a.edits->begin(), a.edits->end(), b.edits->begin(), b.edits->end(),
                    [](const EnvEdit& mine, const EnvEdit& theirs) { return mine.same_effect(theirs); });
}

std::uint64_t EffectView::hash() const {
  std::uint64_t sum = static_cast<std::uint64_t>(access) * 8 + static_cast<std::uint64_t>(relay);
  for (const EnvEdit& edit : *edits) sum = sum * 1'000'003 + std::hash<std::string>{}(edit.assignment);
  return sum;
}

Relay relay_of(const EnvEdits& edits) {
  Relay relay = Relay::unchanged;
  for (const EnvEdit& edit : edits)
    if (edit.name() == "RELAYCLIENT") relay = edit.unset ? Relay::revoke : Relay::grant;
  return relay;
}

}  // namespace core
