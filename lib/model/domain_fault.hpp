// What can stand in a list of domains.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core {

/// Why an entry is no domain, and what to write.
struct DomainFault {
  std::string reason;
  std::string help;
  std::string repaired;  ///< safe repair of the whole entry, or empty
};

/// None when `entry` ("example.com", ".example.com", "[10.1.2.3]", in lower case) is something that a recipient can
/// have.
[[nodiscard]] std::optional<DomainFault> domain_fault(std::string_view entry);

}  // namespace core
