// Exposure: which part of the public internet may relay, exactly, when all rules are taken together.
//
// It is about strangers: clients without a name or an ident answer that a rule would know. Neither a million rules nor
// rules that overlap in any way cost more than sorting them.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/facts.hpp"
#include "model/networks.hpp"

namespace core {

/// Public IPv4 addresses.
struct RelaySpace {
  std::uint64_t addresses = 0;     ///< public addresses whose clients may relay
  std::optional<Address> witness;  ///< one of them
  /// The rules that let them, with the number of public addresses that each decides; the biggest first.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> rules;
};

/// Never less than the number of IPv4 addresses that relay for any daemon: the sizes of all relaying rules added up.
/// Cheap.
[[nodiscard]] std::uint64_t relay_upper_bound(const PolicyFacts& facts);

/// What strangers may do at `daemon` (empty: rules without daemons only count as for every daemon).
[[nodiscard]] RelaySpace relay_space(const PolicyFacts& facts, std::string_view daemon);

/// True when this much of IPv4, or the rule for everybody else, makes an open relay.
[[nodiscard]] bool is_open_relay(const PolicyFacts& facts, const RelaySpace& space);

/// The same for IPv6.
struct Ipv6RelaySpace {
  PublicAddresses addresses;
  std::optional<Address> witness;  ///< one of them
  std::set<std::uint32_t> rules;   ///< the rules that let them
};
[[nodiscard]] Ipv6RelaySpace ipv6_relay_space(const PolicyFacts& facts, std::string_view daemon);

/// True when some rule lets IPv6 addresses relay: a net of them, or everybody. Cheap.
[[nodiscard]] bool may_relay_by_ipv6(const PolicyFacts& facts);

/// The daemons that rules which relay name, and "" for all others.
[[nodiscard]] std::set<std::string> relay_daemons(const PolicyFacts& facts);

/// True when strangers on the internet may have some address that `pattern` is about.
[[nodiscard]] bool has_public_addresses(const ClientPattern& pattern);

/// True when a rule is about the addresses that container hosts give their bridges unless told otherwise, or the
/// networks of the first bridge. A wide network that has other bridges in it may well be an office's.
[[nodiscard]] bool has_container_bridge(const PolicyFacts& facts, std::uint32_t index);

/// How much of the public internet one rule is about.
struct PublicReach {
  std::uint64_t addresses = 0;  ///< public IPv4 addresses
  bool whole_class = false;     ///< most of a class A network is among them
};
/// Of a rule that is known to be about no more than `negligible` addresses, nothing: most relay rules are about few.
[[nodiscard]] PublicReach public_reach(const PolicyFacts& facts, std::uint32_t rule, std::uint64_t negligible);

}  // namespace core
