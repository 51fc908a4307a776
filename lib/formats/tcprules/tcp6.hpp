// What the dialect of ucspi-tcp6 does in its own way: where the address ends, and what key it becomes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "base/source.hpp"

namespace core {

/// The place between address and verdict: the last colon before the first comma, or that comma where there is none;
/// npos in a line that has neither.
[[nodiscard]] std::size_t find_tcp6_separator(std::string_view line);

/// What the original makes of an address.
struct Tcp6Address {
  enum class Kind : std::uint8_t {
    literal,         ///< the text is the key
    range,           ///< "a-b" of IPv4
    key,             ///< `key` is
    bad_length,      ///< refused: no such prefix length
    bad_network,     ///< refused: no IPv6 network
    bad_address,     ///< refused: no IPv6 address
    unclear_network  ///< what the original compiles depends on chance
  };
  Kind kind = Kind::literal;
  std::string key = {};
  /// What of the text the original reads and then forgets: a zone, "-3", ":allow". Part of the text; empty when there
  /// is none.
  std::string_view forgotten = {};
};
[[nodiscard]] Tcp6Address read_tcp6_address(std::string_view text);

/// Says as a warning that the original drops a part of `address`.
void report_forgotten(const Source& source, std::string_view address, const Tcp6Address& read, Findings& findings);

/// Says why the original refuses `address`, which has one of the last four kinds.
void report_tcp6_address(const Source& source, std::string_view address, Tcp6Address::Kind kind, Findings& findings);

}  // namespace core
