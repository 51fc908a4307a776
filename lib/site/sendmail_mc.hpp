// sendmail.mc: the features of a Sendmail configuration that decide who may relay.
//
// Read are macros as they stand in the file: FEATURE, define, LOCAL_DOMAIN, RELAY_DOMAIN and the like, with m4's quotes,
// dnl and # comments. What other files define that it includes is not known here.
#pragma once

#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"

namespace core {

/// One macro that was called with arguments.
struct MacroCall {
  std::string name;
  std::vector<std::string> arguments;  ///< without the quotes around them
  Span span;                           ///< from its name to the closing parenthesis

  /// Argument `index`; empty where there are fewer.
  [[nodiscard]] const std::string& argument(std::size_t index) const;
};
/// All calls of macros in `source` outside of others' arguments, in order.
[[nodiscard]] std::vector<MacroCall> read_macro_calls(const Source& source);

/// A name that is written in the configuration itself.
struct NamedDomain {
  std::string name;  ///< in lower case
  Span span;
};

/// Something in the configuration that nobody can tell here.
struct UnknownRule {
  std::string text;  ///< "FEATURE(`dnsbl', `bl.example')"
  bool permits = false;
  Span span;
};

/// What a configuration says.
struct SendmailFeatures {
  std::string access_file;  ///< base name of the access map; empty: there is none
  bool skip = false;
  bool lookup_dot_domain = false;
  bool relay_to_full_address = false;
  bool block_recipients = false;
  bool relay_entire_domain = false;
  bool relay_hosts_only = false;
  bool relay_based_on_mx = false;
  bool relay_local_from = false;
  bool relay_mail_from = false;
  bool relay_mail_from_domain = false;
  bool promiscuous_relay = false;
  bool loose_relay_check = false;
  bool accept_unresolvable_domains = false;
  bool accept_unqualified_senders = false;
  bool delay_checks = false;
  bool spam_friend = false;  ///< delay_checks asks Spam: for friends
  bool spam_hater = false;   ///< for haters
  bool require_rdns = false;
  bool use_cw_file = false;
  bool login_relays = false;  ///< TRUST_AUTH_MECH
  bool bang_is_special = true;
  bool percent_is_special = true;
  bool refuses_bang = false;
  bool refuses_percent = false;
  std::string host;  ///< confDOMAIN_NAME
  std::string relay_domains_file = "relay-domains";
  std::string local_names_file = "local-host-names";
  std::vector<NamedDomain> local_domains;
  std::vector<NamedDomain> relay_domains;
  std::vector<UnknownRule> unknown;
};

/// Without a file: what Debian's sendmail.mc says.
[[nodiscard]] SendmailFeatures debian_features();
/// What `source` says.
[[nodiscard]] SendmailFeatures read_sendmail_mc(const Source& source);

}  // namespace core
