// Connection logs: which client a line of a log shows, and when.
//
//   text of one line --> client and stamp, or: about no client, or: not understood
//
// Each line is taken by itself, so that logs of several programs may be mixed. All members are views into the line. The
// one thing a reader would get wrong: what was sent on to other servers also stands in logs with "relay=", and is no
// client of ours.
//
//   tcpserver: ok 123 local:127.0.0.1:25 host:192.0.2.1:info:40001     "deny" as well, and other names before the colon
//   (sslserver) ... postfix/smtpd[1]: connect from host[192.0.2.1]                 also "client=host[192.0.2.1]"
//   ... sendmail[1]: q1: from=<a@b>, ..., relay=host [192.0.2.1]       also "relay=info@host [192.0.2.1]"
//   192.0.2.1 host info                                                blanks or tabs between; an empty field or "-" is
//   none. Between tabs a count, a first and a last stamp may follow: analysis/client_list.hpp
//
// In front of each but the last may stand a stamp: @4000... of multilog, 2026-11-22 01:02:03.5 of tai64nlocal, that of
// syslog.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/policy.hpp"

namespace core::analysis {

/// One client in one line.
struct Sighting {
  Address address;         ///< an IPv4-mapped one as IPv4
  std::string_view host;   ///< as the log has it, perhaps with upper case; empty: none
  std::string_view info;   ///< empty: none
  std::string_view stamp;  ///< as the log has it; empty: none
  std::string_view last;   ///< the stamp of the last visit; empty: `stamp`
  std::uint64_t count = 1;
  bool escaped = false;  ///< all texts are as escape_field writes them
};

enum class LogLine : std::uint8_t {
  client,          ///< it shows a client
  other,           ///< it is about something else: another program, a connection that ends, a comment
  not_understood,  ///< it should show a client, but does not
};

/// Reads one line, without its line feed. `sighting` is filled in only when the result is LogLine::client.
[[nodiscard]] LogLine parse_log_line(std::string_view line, Sighting& sighting);

/// What a member of `sighting` says.
[[nodiscard]] std::string bytes_of(const Sighting& sighting, std::string_view member);

/// The client that `sighting` shows, as servers see it: the name in lower case.
[[nodiscard]] Client client_of(const Sighting& sighting);

/// Reads an address as logs write it: "192.0.2.1", "2001:db8::1", "IPv6:2001:db8::1", "fe80::1%eth0". False when it is
/// none.
bool read_logged_address(std::string_view text, Address& address);

/// `name`, or nothing where it is what logs write for "no name": "unknown", "-", "0".
[[nodiscard]] std::string_view logged_name(std::string_view name);

}  // namespace core::analysis
