// The restrictions of smtpd, and what those can do that ask what no file tells: DNS, other servers, certificates, the
// name behind HELO.
#pragma once

#include <string_view>

namespace core {

/// What such a restriction can do.
enum class Elsewhere : std::uint8_t {
  passes,      ///< nothing that bears on who may send where
  may_permit,  ///< let the mail in; perhaps refuse it
  may_refuse,
};

struct ElsewhereWord {
  std::string_view name;
  Elsewhere what = Elsewhere::passes;
  bool has_argument = false;
};

/// Restrictions whose answer the files tell.
inline constexpr std::string_view words_here[] = {
    "check_client_access",
    "check_recipient_access",
    "check_relay_domains",
    "check_reverse_client_hostname_access",
    "check_sender_access",
    "defer",
    "defer_if_permit",
    "defer_if_reject",
    "defer_unauth_destination",
    "permit",
    "permit_auth_destination",
    "permit_inet_interfaces",
    "permit_mynetworks",
    "permit_sasl_authenticated",
    "reject",
    "reject_unauth_destination",
    "reject_unknown_client",
    "reject_unknown_client_hostname",
    "reject_unknown_reverse_client_hostname",
    "warn_if_reject",
};

inline constexpr ElsewhereWord words_elsewhere[] = {
    {"check_ccert_access", Elsewhere::may_permit, true},
    {"check_client_a_access", Elsewhere::may_refuse, true},
    {"check_client_mx_access", Elsewhere::may_refuse, true},
    {"check_client_ns_access", Elsewhere::may_refuse, true},
    {"check_etrn_access", Elsewhere::passes, true},
    {"check_helo_a_access", Elsewhere::may_refuse, true},
    {"check_helo_access", Elsewhere::may_permit, true},
    {"check_helo_mx_access", Elsewhere::may_refuse, true},
    {"check_helo_ns_access", Elsewhere::may_refuse, true},
    {"check_policy_service", Elsewhere::may_permit, true},
    {"check_recipient_a_access", Elsewhere::may_refuse, true},
    {"check_recipient_maps", Elsewhere::passes, false},
    {"check_recipient_mx_access", Elsewhere::may_refuse, true},
    {"check_recipient_ns_access", Elsewhere::may_refuse, true},
    {"check_reverse_client_hostname_a_access", Elsewhere::may_refuse, true},
    {"check_reverse_client_hostname_mx_access", Elsewhere::may_refuse, true},
    {"check_reverse_client_hostname_ns_access", Elsewhere::may_refuse, true},
    {"check_sasl_access", Elsewhere::may_permit, true},
    {"check_sender_a_access", Elsewhere::may_refuse, true},
    {"check_sender_mx_access", Elsewhere::may_refuse, true},
    {"check_sender_ns_access", Elsewhere::may_refuse, true},
    {"permit_dnswl_client", Elsewhere::may_permit, true},
    {"permit_mx_backup", Elsewhere::may_permit, false},
    {"permit_naked_ip_address", Elsewhere::may_permit, false},
    {"permit_rhswl_client", Elsewhere::may_permit, true},
    {"permit_tls_all_clientcerts", Elsewhere::may_permit, false},
    {"permit_tls_clientcerts", Elsewhere::may_permit, false},
    {"reject_authenticated_sender_login_mismatch", Elsewhere::may_refuse, false},
    {"reject_invalid_helo_hostname", Elsewhere::may_refuse, false},
    {"reject_invalid_hostname", Elsewhere::may_refuse, false},
    {"reject_known_sender_login_mismatch", Elsewhere::may_refuse, false},
    {"reject_maps_rbl", Elsewhere::may_refuse, false},
    {"reject_multi_recipient_bounce", Elsewhere::passes, false},
    {"reject_non_fqdn_helo_hostname", Elsewhere::may_refuse, false},
    {"reject_non_fqdn_hostname", Elsewhere::may_refuse, false},
    {"reject_non_fqdn_recipient", Elsewhere::may_refuse, false},
    {"reject_non_fqdn_sender", Elsewhere::may_refuse, false},
    {"reject_plaintext_session", Elsewhere::may_refuse, false},
    {"reject_rbl", Elsewhere::may_refuse, true},
    {"reject_rbl_client", Elsewhere::may_refuse, true},
    {"reject_rhsbl_client", Elsewhere::may_refuse, true},
    {"reject_rhsbl_helo", Elsewhere::may_refuse, true},
    {"reject_rhsbl_recipient", Elsewhere::may_refuse, true},
    {"reject_rhsbl_reverse_client", Elsewhere::may_refuse, true},
    {"reject_rhsbl_sender", Elsewhere::may_refuse, true},
    {"reject_sender_login_mismatch", Elsewhere::may_refuse, false},
    {"reject_unauth_pipelining", Elsewhere::passes, false},
    {"reject_unauthenticated_sender_login_mismatch", Elsewhere::may_refuse, false},
    {"reject_unknown_address", Elsewhere::may_refuse, false},
    {"reject_unknown_forward_client_hostname", Elsewhere::may_refuse, false},
    {"reject_unknown_helo_hostname", Elsewhere::may_refuse, false},
    {"reject_unknown_hostname", Elsewhere::may_refuse, false},
    {"reject_unknown_recipient_domain", Elsewhere::may_refuse, false},
    {"reject_unknown_sender_domain", Elsewhere::may_refuse, false},
    {"reject_unlisted_recipient", Elsewhere::passes, false},
    {"reject_unlisted_sender", Elsewhere::passes, false},
    {"reject_unverified_recipient", Elsewhere::may_refuse, false},
    {"reject_unverified_sender", Elsewhere::may_refuse, false},
    {"sleep", Elsewhere::passes, true},
};

}  // namespace core
