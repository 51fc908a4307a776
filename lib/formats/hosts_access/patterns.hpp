// Single words of a hosts_access rule: client patterns and daemon names.
//
// A word either means exactly what the model says, or it has a fault. There is nothing in between: a pattern that
// libwrap never matches is a fault too, because its author meant somebody.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "model/peer.hpp"

namespace relayrules {

/// Why a word cannot be taken. `kind` is null when there is no fault.
struct PatternFault {
  const FindingKind* kind = nullptr;
  std::string message;
  std::string help;
  std::string replacement;  ///< the word as it should be written; empty when nobody can tell
};

/// True for "EXCEPT" in any case: libwrap compares all its words so.
[[nodiscard]] bool is_except(std::string_view word);

/// A client pattern: exactly one of `peer` and `fault.kind` is set.
struct ClientPattern {
  std::optional<Peer> peer;
  PatternFault fault;
};
[[nodiscard]] ClientPattern parse_client_pattern(std::string_view word);

/// The text of `peer` as a client pattern; none when this format has no pattern for it.
[[nodiscard]] std::optional<std::string> format_client_pattern(const Peer& peer);

/// A daemon name in lower case; empty stands for ALL. Only when there is no fault.
struct DaemonPattern {
  std::string name;
  PatternFault fault;
};
[[nodiscard]] DaemonPattern parse_daemon_pattern(std::string_view word);

/// An IPv6 address or net without brackets that a rule's ':' cuts in two: `clients` is the text behind the first ':',
/// `colon` the place in it where libwrap sees the clients end. Empty when it is no such thing.
[[nodiscard]] std::string_view find_unbracketed_ipv6(std::string_view clients, std::size_t colon);

}  // namespace relayrules
