// Writing a policy as a hosts_access file, one line for each rule.
//
// Each rule says its verdict as an option, so that the text means the same in hosts.allow and in hosts.deny.
#pragma once

#include <optional>
#include <string>

#include "model/policy.hpp"

namespace core {

/// Text that is read as an equal policy; none when this format cannot say it.
[[nodiscard]] std::optional<std::string> print_hosts_access(const Policy& policy);

}  // namespace core
