// Matched: the addresses that a rule is about, less those of its exceptions.
//
// A pattern is about addresses, or about something else: a name, or everybody. Whether the clients that are looked at
// match the latter wherever they come from, the caller knows: for one name they do or do not. EXCEPT is turned into
// addresses nowhere else.
#pragma once

#include <functional>
#include <vector>

#include "base/address.hpp"
#include "model/policy.hpp"

namespace core {

/// True for a pattern that is not about addresses, and that the clients in question match.
using MatchesAll = std::function<bool(const ClientPattern&)>;

/// For clients of whom nothing but the address counts.
[[nodiscard]] inline bool matches_everybody(const ClientPattern& pattern) {
  return std::holds_alternative<AnyClient>(pattern);
}

/// The addresses from which clients match `pattern`: its own, or all or none.
[[nodiscard]] std::vector<Range> matched(const ClientPattern& pattern, const MatchesAll& matches_all);
/// The addresses from which clients match `rule`, a rule of `policy`, and are not excepted. Exceptions for some users
/// only are not counted.
[[nodiscard]] std::vector<Range> matched(const Policy& policy, const Rule& rule, const MatchesAll& matches_all);
/// True when addresses alone tell who the exceptions of `rule` are.
[[nodiscard]] bool has_address_exceptions(const Policy& policy, const Rule& rule);

}  // namespace core
