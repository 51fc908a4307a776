// Repeated keys: rules whose key an earlier rule already has, over the expanded ranges.
//
// Built for a million rules: keys are hashed as numbers or text, never written out, into one flat table that remembers
// for each the rule that got it first.
#pragma once

#include <cstdint>
#include <vector>

#include "lint/facts.hpp"

namespace core {

/// A rule of which some keys never decide.
struct RepeatedKeys {
  std::uint32_t rule = 0;
  std::uint32_t earlier = 0;  ///< the rule that has the first of these keys
  std::uint32_t count = 0;    ///< how many keys of `rule` are taken
  ClientPattern key;          ///< the first of them
};

/// What of a policy's keys is taken twice.
struct TakenKeys {
  /// All rules with taken keys, in source order. Rules that match nobody are left out. Under narrowest_key a key is
  /// taken only by a rule for as many addresses: a narrower one is an exception that is meant.
  std::vector<RepeatedKeys> repeated;
  /// By rule: true for those of `repeated`, and for the earlier ones that have their keys.
  std::vector<bool> is_sharing;
};

/// Found at the first call and kept in `facts`; several threads may ask.
[[nodiscard]] const TakenKeys& taken_keys(const PolicyFacts& facts);

}  // namespace core
