// Outcomes and environment edits: see outcome.hpp.
#include "model/outcome.hpp"

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

std::string text_of(const Outcome& outcome, const EnvEdits& edits) {
  std::string text = {static_cast<char>(outcome.access), static_cast<char>(outcome.relay)};
  if (!outcome.allows()) return text;
  for (const EnvEdit& edit : remaining(edits))
    text.append(1, edit.unset ? '-' : '+').append(1, edit.expands ? '%' : ' ').append(edit.assignment).append(1, '\0');
  return text;
}

Relay relay_of(const EnvEdits& edits) {
  Relay relay = Relay::unchanged;
  for (const EnvEdit& edit : edits)
    if (edit.name() == "RELAYCLIENT") relay = edit.unset ? Relay::revoke : Relay::grant;
  return relay;
}

}  // namespace core
