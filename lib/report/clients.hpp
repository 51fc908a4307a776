// Clients, effects and rules in words: what the reports of all proofs have in common.
#pragma once

#include <string>

#include "analysis/regions.hpp"
#include "base/source.hpp"
#include "model/policy.hpp"

namespace core {

/// A policy and where its rules stand. One from a CDB has no text; its rules are named by key.
struct NamedPolicy {
  const Policy& policy;
  const Sources& sources;
  std::string_view name;  ///< for rules without a place
};

/// Those of `clients` that have addresses of `family`.
[[nodiscard]] analysis::ClientSet clients_of(const analysis::ClientSet& clients, Family family);

/// "tcp.smtp:3", or the key where there is no text, or "nothing matched".
[[nodiscard]] std::string format_rule_place(const NamedPolicy& named, const analysis::Side& side);
/// "deny", "allow", "relay", with the environment behind it.
[[nodiscard]] std::string format_effect(const analysis::Effect& effect);
/// "10.0.0.0/8, 192.0.2.0/24 and 3 more". The ranges must not touch.
[[nodiscard]] std::string format_prefixes(const RangeList& ranges);
[[nodiscard]] std::string format_prefixes(const analysis::AddressList& ranges);
/// "1 address", "16,777,216 addresses"; or what else `of` says that they are, such as "IPv6 address".
[[nodiscard]] std::string format_address_count(const AddressCount& count, std::string_view of = "address");
/// "256 addresses; clients without a name; ident says 'joe'": what is not restricted is not named.
[[nodiscard]] std::string format_client_count(const analysis::ClientSet& clients);
/// "clients without a name; ident says 'joe'": the restrictions; empty where there are none.
[[nodiscard]] std::string format_names_and_info(const analysis::ClientSet& clients);
/// "192.0.2.1 named host.example.com with ident 'joe'".
[[nodiscard]] std::string format_client(const Client& client);

}  // namespace core
