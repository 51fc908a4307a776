// Walking over environment edits: a check looks at each edit list once, and at the rules only when a list is bad.
//
// Denials are left out: their connection is dropped, and what they set is never seen (variable-on-deny says so).
#pragma once

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "lint/facts.hpp"

namespace core {

/// Calls report(rule, edit) for every edit of an allowing rule for which is_bad(edit) holds.
template <typename IsBad, typename Report>
void for_each_bad_edit(const PolicyFacts& facts, const IsBad& is_bad, const Report& report) {
  const auto& lists = facts.policy.edit_lists;
  std::vector<bool> bad(lists.size());
  bool any = false;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (lists[i].empty() || std::none_of(lists[i].begin(), lists[i].end(), is_bad)) continue;
    bad[i] = true;
    any = true;
  }
  if (!any) return;
  for (const Rule rule : facts.policy.rules) {
    if (rule.access() != Access::allow || !bad[rule.edits()]) continue;
    for (const EnvEdit& edit : lists[rule.edits()])
      if (is_bad(edit)) report(rule, edit);
  }
}

/// The same for edits whose variable has a name for which is_bad(name) holds.
template <typename IsBad, typename Report>
void for_each_bad_name(const PolicyFacts& facts, const IsBad& is_bad, const Report& report) {
  std::unordered_set<std::string_view> bad;
  for (const std::string_view name : facts.variables)
    if (is_bad(name)) bad.insert(name);
  if (bad.empty()) return;
  for_each_bad_edit(
      facts, [&](const EnvEdit& edit) { return bad.count(edit.name()) != 0; }, report);
}

/// The same for edits that set RELAYCLIENT to a value, not the empty one, for which is_bad(value) holds.
template <typename IsBad, typename Report>
void for_each_relayclient_value(const PolicyFacts& facts, const IsBad& is_bad, const Report& report) {
  if (!facts.relayclient_has_value) return;
  for_each_bad_edit(
      facts,
      [&](const EnvEdit& edit) {
        return !edit.unset && edit.name() == "RELAYCLIENT" && !edit.value().empty() && is_bad(edit.value());
      },
      report);
}

/// False when to write `edit` of `rule` as the variable `meant` would do more than repair it: strangers would relay, or
/// a variable be set twice.
[[nodiscard]] inline bool may_rename(const PolicyFacts& facts, const Rule& rule, const EnvEdit& edit,
                                     std::string_view meant) {
  const bool is_net = !ranges_of(rule.pattern()).empty();
  const EnvEdits& edits = facts.policy.edits_of(rule);
  return (meant != "RELAYCLIENT" || is_net) && (meant == edit.name() || find_edit(edits, meant) == nullptr);
}

}  // namespace core
