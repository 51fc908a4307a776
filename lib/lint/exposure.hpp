// Exposure: which part of the public IPv4 internet may relay, exactly, when all rules are taken together.
//
// It is about strangers: clients without a name or an ident answer that a rule would know. Neither a million rules nor
// rules that overlap in any way cost more than sorting them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/facts.hpp"

namespace relayrules {

struct RelaySpace {
  std::uint64_t addresses = 0;     ///< public addresses whose clients may relay
  std::optional<Address> witness;  ///< one of them
  /// The rules that let them, with the number of public addresses that each decides; the biggest first.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> rules;
};

/// Never less than the number of IPv4 addresses that relay for any service: the sizes of all relaying rules added up.
/// Cheap.
[[nodiscard]] std::uint64_t relay_upper_bound(const PolicyFacts& facts);

/// What strangers may do at `service` (empty: rules without services only count as for every service).
[[nodiscard]] RelaySpace relay_space(const PolicyFacts& facts, std::string_view service);

/// How much of the public internet one rule is about.
struct PublicReach {
  std::uint64_t addresses = 0;  ///< public IPv4 addresses
  bool whole_class = false;     ///< most of a class A network is among them
};
/// Of a rule that is known to be about no more than `negligible` addresses, nothing: most relay rules are about few.
[[nodiscard]] PublicReach public_reach(const PolicyFacts& facts, std::uint32_t rule, std::uint64_t negligible);

}  // namespace relayrules
