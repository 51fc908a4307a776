// What the extended dialect adds to an address: CIDR and full ranges.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "model/client_pattern.hpp"

namespace core {

/// The result of looking for an extended address: a pattern, or an error, or neither when the text is none.
struct ExtendedAddress {
  std::optional<ClientPattern> pattern;
  const FindingKind* kind = nullptr;  ///< of the error
  std::string error;                  ///< empty when there is none
  std::string help;
  std::string replacement;  ///< safe repair of the whole address; may be empty
};

/// Reads "10.0.0.0/22", "10.0.0.0/255.255.252.0" or "10.0.0.1-10.0.3.9".
[[nodiscard]] ExtendedAddress parse_extended_address(std::string_view text);

/// The colon before the verdict: the first one, or in a line that begins with an IPv6 address the one behind that.
[[nodiscard]] std::size_t find_extended_colon(std::string_view line);

}  // namespace core
