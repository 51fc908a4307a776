// What a rule of a first-match policy is about, as far as it can be said in addresses, names and daemons.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/policy.hpp"

namespace core {

/// What a rule claims, as far as it can be said in addresses and names.
struct Claim {
  std::vector<Range> ranges;
  std::string_view name;  ///< a host or a suffix; empty when the rule is about addresses
  bool is_known = false;  ///< false: nobody can say here which clients it is about
  bool is_exact = false;  ///< it is about all of these clients, not only about some

  /// True when `ranges` are all addresses.
  [[nodiscard]] bool is_for_all() const;
};

[[nodiscard]] Claim claim_of(const Policy& policy, const Rule& rule);

/// The daemons of a rule.
struct Services {
  const std::vector<std::string>& names;  ///< empty: every one; the policy's
  bool are_listed = false;                ///< `names` are all there are; false: wildcards hide some
  bool are_exact = false;                 ///< it is about all of these, not only about some
};

[[nodiscard]] Services services_of(const Policy& policy, const Rule& rule);

}  // namespace core
