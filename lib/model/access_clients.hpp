// What the access map says of clients, as rules in the order in which Sendmail asks for their keys.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/access_map.hpp"
#include "model/policy.hpp"

namespace core {

/// Which keys about clients (Connect: and without a tag) are asked for.
struct AccessAsked {
  enum class By : std::uint8_t {
    name,     ///< "example.net": it, and names below it
    address,  ///< "10.1", "ipv6:2001:db8"
    literal,  ///< "[10.1]": the address of a client without a name
  };
  By by = By::address;
  bool below = true;       ///< name: a key is for what is below it, too
  bool with_dots = false;  ///< name: ".example.net" is asked for (lookupdotdomain)
};

/// An empty policy whose first rule that matches decides, and that has no opinion of others.
[[nodiscard]] Policy empty_access_policy();
/// Adds a rule to it.
void add_access_rule(Policy& policy, const ClientPattern& pattern, const Outcome& outcome, const RulePlace& place);

/// The entries of `map` about clients: the most specific first, with the tag before without it. Views of the map.
[[nodiscard]] std::vector<const AccessEntry*> clients_in_order(const AccessMap& map);
/// Adds the rules of such entries of `map` that are asked for so. `outcome_of` is asked once for each value.
void add_access_clients(Policy& policy, const AccessMap& map, const std::vector<const AccessEntry*>& ordered,
                        const AccessAsked& asked, const std::function<Outcome(const AccessValue&)>& outcome_of);

}  // namespace core
