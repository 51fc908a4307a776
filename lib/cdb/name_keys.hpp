// The host name side of lowering a first-match policy: which name keys are needed, and where they stand in the order of
// rules.
//
// A name key is kept with the index of the rule that decides for its names, so that it can be weighed against address
// rules: whichever of the two comes first in the file must also be asked first in the database.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/policy.hpp"

namespace core::cdb {

/// A rule of the policy with the number of its decision: equal numbers mean equal verdicts and edits.
struct RankedDecision {
  std::uint32_t rule = 0;
  std::uint32_t decision = 0;
};

/// "=host", "=.suffix" or "=", and what decides for the names that have no longer key.
struct NameKey {
  std::string key;
  RankedDecision by;

  /// A key for one name: asked before address prefixes. Any other is asked after them.
  [[nodiscard]] bool is_exact() const { return key.size() > 1 && key[1] != '.'; }
};

/// The address rules that decide for any address, to ask whether one stands between two other rules.
class AddressRules {
 public:
  /// `rules` may hold one rule several times.
  explicit AddressRules(std::vector<RankedDecision> rules);
  /// True when a rule behind `first` and before `last` decides otherwise than `decision`.
  [[nodiscard]] bool differ_between(std::uint32_t first, std::uint32_t last, std::uint32_t decision) const;

 private:
  std::vector<std::uint32_t> all_;                                             // sorted
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> by_decision_;  // each sorted
};

/// The keys that the name rules need, sorted by key. `named` are the rules with a name pattern in the order of the
/// file, `rest` decides where no name or address rule does. Left out is a rule that is never the first to match its
/// names, and one without which nothing changes: the next wider key says the same, and no address rule that says
/// otherwise stands between the two.
[[nodiscard]] std::vector<NameKey> choose_name_keys(const Policy& policy, std::span<const RankedDecision> named,
                                                    RankedDecision rest, const AddressRules& addresses);

/// Answers "is there a name key that an address rule gets into conflict with" for one kind of name keys, in constant
/// time.
class NameOrder {
 public:
  void add(const NameKey& key);
  /// A key with another decision whose rule stands before `by`; null when there is none.
  [[nodiscard]] const NameKey* before(RankedDecision by) const;
  /// Likewise behind `by`.
  [[nodiscard]] const NameKey* behind(RankedDecision by) const;

 private:
  // The outermost key, and the outermost of those with another decision: one of the two differs from any given
  // decision.
  struct Outermost {
    const NameKey* best = nullptr;
    const NameKey* other = nullptr;
  };
  template <typename IsOuter>
  static void widen(Outermost& known, const NameKey& key, IsOuter is_outer);

  Outermost first_;
  Outermost last_;
};

}  // namespace core::cdb
