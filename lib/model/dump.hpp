// dump: a policy as canonical text.
//
// Two policies are equal when their dumps are equal: where something was written, in which quotes and with how many
// blanks does not show. For tests, and for looking at what a parser made of a file.
#pragma once

#include <string>

#include "model/destinations.hpp"
#include "model/policy.hpp"

namespace core {

/// One line for the policy, one for each rule, e.g. `allow prefix 192.168.1.0/24 RELAYCLIENT=""`.
[[nodiscard]] std::string dump(const Policy& policy);
/// One line for each entry.
[[nodiscard]] std::string dump(const DestinationList& list);

}  // namespace core
