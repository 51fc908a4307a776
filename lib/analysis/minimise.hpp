// minimise: which rules of a policy suffice to decide alike for every client.
//
//   policy --> keys that answer somebody --> names and infos: those stay that say something new
//                                        --> addresses: fewest_keys --> rules of the file that are exactly wanted, or
//                                        new ones
//
// The result is a proposal: whoever prints it proves it with diff first (minimise_text.hpp). Rules that answer nobody
// go; the rule for everybody stays even where it says what would hold without it, because a file that leaves this to
// its reader means something else to another program.
#pragma once

#include <cstdint>
#include <vector>

#include "model/policy.hpp"
#include "model/space.hpp"

namespace core::analysis {

/// One rule of the result.
struct MinimisedRule {
  /// The rule of the policy that stays, or whose verdict and edits the new one gets; no_rule: "allow", which is what
  /// holds anyway.
  std::uint32_t source = no_rule;
  bool unchanged = true;              ///< it is `source` itself
  ClientPattern pattern;              ///< of the new rule; not used when unchanged
  std::vector<std::uint32_t> merged;  ///< the rules of the policy that became this one, in order; empty when unchanged
};

/// How to go about rules that lie over each other.
enum class Layers : std::uint8_t {
  keep,   ///< a rule of the policy may stay although another one takes some of its keys
  avoid,  ///< every key stands in one rule: more rules perhaps, but plainly right
};

/// The rules that suffice, in the order of the policy. `policy` must be complete, think in keys (no first_match), and
/// have neither daemons nor exceptions. Near-linear in the number of keys.
[[nodiscard]] std::vector<MinimisedRule> minimise(const Policy& policy, Layers layers);

}  // namespace core::analysis
