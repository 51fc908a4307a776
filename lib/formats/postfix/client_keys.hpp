// Whom smtpd asks a key for, when it looks a client up: addresses whose text begins with the key.
//
// smtpd cuts the text of the client's address at its last "." or ":", again and again. For IPv4 these are the octets in
// front. The text of an IPv6 address has its longest row of zero groups as "::", so that "2001:db8:" is asked for some
// addresses of 2001:db8::/32 and "2001:db8" for all of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/client_pattern.hpp"

namespace core {

/// The key of clients without a confirmed name.
inline constexpr std::string_view nameless_key = "unknown";

/// The clients that a key is asked for by their address.
struct AddressKey {
  std::vector<ClientPattern> patterns;  ///< Prefix and Range
  /// Where no few ranges say it: patterns of texts, for TextPattern.
  std::vector<std::string> texts;

  [[nodiscard]] bool is_dead() const { return patterns.empty() && texts.empty(); }
};

/// Whom `key` (in lower case) is asked for.
[[nodiscard]] AddressKey address_key(std::string_view key);

/// True when a client's name could be `key`, or end in it: it is not empty, has no ':' or '/', and is not digits and
/// dots alone.
[[nodiscard]] bool could_be_name(std::string_view key);

}  // namespace core
