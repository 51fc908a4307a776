// PolicyFacts: what many checks want to know of a policy, found in one walk over its rules.
//
// A check must not walk a million rules for itself when the rules it is about are few: it walks the list that concerns it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "model/policy.hpp"

namespace relayrules {

/// Indices into Policy::rules, each list in source order.
struct PolicyFacts {
  PolicyFacts(const Policy& policy, const Sources& sources);

  const Policy& policy;
  const Sources& sources;
  std::vector<std::uint32_t> raw_keys;     ///< rules that match nobody
  std::vector<std::uint32_t> ranges;       ///< octet ranges and address ranges, and raw keys that are ranges
  std::vector<std::uint32_t> names;        ///< host names, suffixes and "="
  std::vector<std::uint32_t> catch_alls;   ///< the empty key, ALL
  std::vector<bool> relaying_edits;        ///< by edit list: it sets RELAYCLIENT

  [[nodiscard]] const Rule& rule(std::uint32_t index) const { return policy.rules[index]; }
  /// True when the rule makes its clients relay clients.
  [[nodiscard]] bool relays(const Rule& rule) const { return rule.verdict == Verdict::allow && relaying_edits[rule.edits]; }
  /// The address as the author wrote it; empty for a policy without text.
  [[nodiscard]] std::string_view peer_text(const Rule& rule) const { return sources.text(rule.peer_span); }
};

}  // namespace relayrules
