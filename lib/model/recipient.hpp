// How servers read an address behind "MAIL FROM:" or "RCPT TO:", before any rule is asked.
//
// Each program is followed as it is: source routes, quotes, "%" and "!" are where relays were opened. A reader makes an
// address of the text, or refuses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/address_table.hpp"
#include "model/site.hpp"

namespace core {

/// What a server makes of a text.
struct ReadAddress {
  MailAddress address;
  Access access = Access::allow;  ///< anything but `allow`: refused as it stands, with `reply`
  std::string reply;
  std::string shown = {};        ///< how replies call it; empty: as it was given
  std::string domain_text = {};  ///< the domain as a table of texts is asked for it; empty: as it stands in `address`
  bool is_routed = false;        ///< its local part names another server, which this one or the next may send it on to
  bool is_localhost = false;     ///< its domain is written as "localhost" or an address of that

  /// What a table is asked for.
  [[nodiscard]] MailAddress asked_of(const AddressTable& table) const {
    return domain_text.empty() || table.knows_own_literals ? address : MailAddress{address.local, domain_text};
  }
};

/// Reads the recipient `path`, brackets included or not, as the server of `site` does. A NUL ends the text.
[[nodiscard]] ReadAddress read_recipient(const Site& site, std::string_view path);
/// The same for a sender.
[[nodiscard]] ReadAddress read_sender(const Site& site, std::string_view path);

/// The text behind the first '<', without a source route and without quotes, up to a '>' that is not quoted; without a
/// '<' up to a blank. Source: notqmail, qmail-smtpd.c addrparse.
[[nodiscard]] std::string parse_as_qmail(std::string_view path);

/// The readers of single programs.
[[nodiscard]] ReadAddress read_qmail_address(const Site& site, std::string_view path);
[[nodiscard]] ReadAddress read_sendmail_recipient(const Site& site, std::string_view path);
[[nodiscard]] ReadAddress read_sendmail_sender(const Site& site, std::string_view path);
[[nodiscard]] ReadAddress read_postfix_recipient(const Site& site, std::string_view path);
[[nodiscard]] ReadAddress read_postfix_sender(const Site& site, std::string_view path);
/// The domain that Postfix makes of an address of its own: "[192.0.2.1]", "[ipv6:2001:db8::1]".
[[nodiscard]] std::string postfix_literal(const Address& address);
/// The text between the brackets, taken apart at its last "@": what holds for servers without a reader of their own.
[[nodiscard]] ReadAddress read_plain_address(std::string_view path);

}  // namespace core
