// Receive connectors of Exchange, the rights on them, and what follows for a session.
//
// Where each rule comes from is said where it stands, in exchange_connectors.cpp: no program of Exchange's can be asked
// here.
#pragma once

#include <string>
#include <vector>

#include "base/address.hpp"
#include "base/finding.hpp"
#include "base/source.hpp"
#include "site/records.hpp"

namespace core {

/// What a session may do.
struct SessionRights {
  bool submits = false;        ///< ms-Exch-SMTP-Submit: send at all
  bool any_recipient = false;  ///< ms-Exch-SMTP-Accept-Any-Recipient: relay
  Span place;                  ///< what gave the last of them
};

struct RemoteRange {
  Range range;
  Span span;
};

struct ReceiveConnector {
  std::string identity;  ///< "EX1\Relay"
  Span span;
  std::vector<std::string> bindings;  ///< "0.0.0.0:25"
  std::vector<RemoteRange> ranges;
  bool offers_login = false;  ///< Integrated or BasicAuth
  bool is_custom = false;     ///< some right is set that no permission group is: Get-ADPermission tells which
  SessionRights anonymous;
  SessionRights logged_in;

  /// The server that it is of: what stands before the backslash.
  [[nodiscard]] std::string_view server() const;
  /// Its name: what stands behind.
  [[nodiscard]] std::string_view name() const;
};

/// The enabled connectors among `records`, what Get-ReceiveConnector prints. What cannot be read is a finding.
[[nodiscard]] std::vector<ReceiveConnector> read_connectors(const std::vector<Record>& records, Findings& findings);

/// Gives and takes the rights that `records` tell of, what Get-ADPermission prints of these connectors. Returns whom
/// else it gives relaying, users and groups that log in, for a note: "EX1\Scanners".
std::vector<std::string> apply_permissions(const std::vector<Record>& records,
                                           std::vector<ReceiveConnector>& connectors);

/// "10.0.0.1", "10.0.0.1-10.0.0.9", "10.0.0.0/8", "10.0.0.0(255.0.0.0)", and for IPv6; none for anything else.
[[nodiscard]] std::optional<Range> parse_remote_range(std::string_view text);

}  // namespace core
