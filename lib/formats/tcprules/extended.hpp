// What the extended dialect adds to an address: CIDR and full ranges.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "model/client_pattern.hpp"
#include "model/key_scheme.hpp"

namespace core {

/// The result of looking for an extended address: a pattern, or an error, or neither when the text is none.
struct ExtendedAddress {
  std::optional<ClientPattern> pattern;
  const FindingKind* kind = nullptr;  ///< of the error
  std::string error;                  ///< empty when there is none
  std::string help;
  std::string replacement;  ///< safe repair of the whole address; may be empty
};

/// Reads "10.0.0.0/22", "10.0.0.0/255.255.252.0" or "10.0.0.1-10.0.3.9"; for a program that asks for IPv6 clients also
/// "2001:db8::1" and "2001:db8::/32". Whether it has keys for just that network is seen when it is compiled.
[[nodiscard]] ExtendedAddress parse_extended_address(std::string_view text, const KeyScheme& scheme);

/// The colon before the verdict: the first one, or in a line that begins with an IPv6 address the one behind that.
[[nodiscard]] std::size_t find_extended_colon(std::string_view line);

}  // namespace core
