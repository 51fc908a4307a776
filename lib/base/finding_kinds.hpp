// The kinds of findings that parsers, the CDB reader, lowering, suppressions and expectation files report.
//
// They stand here, below formats/, cdb/ and lint/, because all need them: a parser reports one, and
// lint/checks/<name>.cpp holds its page (rationale, examples). A test holds the two equal.
#pragma once

#include "base/finding.hpp"

namespace core::syntax {

inline constexpr FindingKind line_without_colon{"RR101", "line-without-colon", Severity::error};
inline constexpr FindingKind bad_verdict{"RR102", "bad-verdict", Severity::error};
inline constexpr FindingKind text_after_verdict{"RR103", "text-after-verdict", Severity::error};
inline constexpr FindingKind bad_quote{"RR104", "bad-quote", Severity::error};
inline constexpr FindingKind empty_variable{"RR105", "empty-variable", Severity::error};
inline constexpr FindingKind carriage_return{"RR106", "carriage-return", Severity::error};
inline constexpr FindingKind control_character{"RR107", "control-character", Severity::error};
inline constexpr FindingKind bad_range{"RR108", "bad-range", Severity::error};
inline constexpr FindingKind name_with_dash{"RR111", "name-with-dash", Severity::error};
inline constexpr FindingKind bad_pattern{"RR109", "bad-pattern", Severity::error};
inline constexpr FindingKind not_supported{"RR110", "not-supported", Severity::error};
inline constexpr FindingKind missing_final_newline{"RR112", "missing-final-newline",
                                                   Severity::note};  // hosts_access: an error
inline constexpr FindingKind option_syntax{"RR113", "option-syntax", Severity::error};
inline constexpr FindingKind pattern_file{"RR116", "pattern-file", Severity::error};
inline constexpr FindingKind comment_in_rule{"RR117", "comment-in-rule", Severity::error};
inline constexpr FindingKind not_text{"RR122", "not-text", Severity::error};
inline constexpr FindingKind unbracketed_ipv6{"RR309", "unbracketed-ipv6", Severity::error};
inline constexpr FindingKind ipv6_for_ipv4_program{"RR323", "ipv6-for-ipv4-program", Severity::error};
inline constexpr FindingKind ipv4_mapped{"RR324", "ipv4-mapped", Severity::error};
inline constexpr FindingKind zone_id{"RR325", "zone-id", Severity::error};
inline constexpr FindingKind stale_grant{"RR419", "stale-grant", Severity::error};
inline constexpr FindingKind prefix_without_dot{"RR301", "prefix-without-dot", Severity::warning};
inline constexpr FindingKind dot_after_full_address{"RR302", "dot-after-full-address", Severity::warning};
inline constexpr FindingKind bad_octet{"RR319", "bad-octet", Severity::warning};
inline constexpr FindingKind host_bits_set{"RR336", "host-bits-set", Severity::warning};
inline constexpr FindingKind zero_mask{"RR337", "zero-mask", Severity::warning};
inline constexpr FindingKind mask_inside_brackets{"RR338", "mask-inside-brackets", Severity::warning};
inline constexpr FindingKind client_as_daemon{"RR339", "client-as-daemon", Severity::warning};
inline constexpr FindingKind misspelt_wildcard{"RR341", "misspelt-wildcard", Severity::warning};

}  // namespace core::syntax

namespace core::tables {

inline constexpr FindingKind broken_if{"RR131", "broken-if", Severity::error};
inline constexpr FindingKind no_value{"RR132", "no-value", Severity::error};
inline constexpr FindingKind stray_line{"RR133", "stray-line", Severity::error};
inline constexpr FindingKind unreadable_key{"RR134", "unreadable-key", Severity::error};
inline constexpr FindingKind repeated_key{"RR135", "repeated-key", Severity::error};
inline constexpr FindingKind not_an_action{"RR136", "not-an-action", Severity::warning};
inline constexpr FindingKind dead_table_key{"RR351", "dead-table-key", Severity::warning};
inline constexpr FindingKind name_before_address{"RR352", "name-before-address", Severity::note};
inline constexpr FindingKind permits_everybody{"RR441", "permits-everybody", Severity::warning};

}  // namespace core::tables

namespace core::main_cf {

inline constexpr FindingKind bad_line{"RR137", "not-a-parameter", Severity::error};
inline constexpr FindingKind defined_twice{"RR138", "parameter-twice", Severity::warning};
inline constexpr FindingKind missing_file{"RR139", "missing-table", Severity::error};
inline constexpr FindingKind unknown_restriction{"RR140", "unknown-restriction", Severity::error};
inline constexpr FindingKind does_not_start{"RR141", "smtpd-does-not-start", Severity::error};
inline constexpr FindingKind unknown_trusted{"RR442", "unknown-in-mynetworks", Severity::error};
inline constexpr FindingKind name_trusted{"RR450", "name-in-mynetworks", Severity::warning};
inline constexpr FindingKind permit_before_reject{"RR443", "permit-before-reject", Severity::error};
inline constexpr FindingKind by_class{"RR455", "mynetworks-style-class", Severity::warning};

}  // namespace core::main_cf

namespace core::sendmail_mc {

inline constexpr FindingKind promiscuous_relay{"RR444", "promiscuous-relay", Severity::error};
inline constexpr FindingKind sender_trust{"RR445", "sender-trust", Severity::error};
inline constexpr FindingKind entire_domain{"RR446", "relay-entire-domain", Severity::warning};
inline constexpr FindingKind relay_based_on_mx{"RR447", "relay-based-on-mx", Severity::warning};
inline constexpr FindingKind loose_relay_check{"RR448", "loose-relay-check", Severity::warning};
inline constexpr FindingKind unresolvable{"RR449", "accept-unresolvable-domains", Severity::note};
inline constexpr FindingKind hosts_only{"RR451", "relay-hosts-only", Severity::note};
inline constexpr FindingKind no_macro{"RR142", "no-macro", Severity::warning};
inline constexpr FindingKind unknown_feature{"RR143", "unknown-feature", Severity::error};

}  // namespace core::sendmail_mc

namespace core::exchange {

inline constexpr FindingKind accepts_all{"RR456", "accepts-every-domain", Severity::error};

}  // namespace core::exchange

namespace core::domains {

inline constexpr FindingKind not_a_domain{"RR705", "not-a-domain", Severity::warning};
inline constexpr FindingKind public_suffix{"RR702", "public-suffix", Severity::error};

}  // namespace core::domains

namespace core::portability {

inline constexpr FindingKind order_not_expressible{"RR601", "order-not-expressible", Severity::error};
inline constexpr FindingKind foreign_database{"RR602", "foreign-database", Severity::error};
inline constexpr FindingKind not_expressible{"RR603", "not-expressible", Severity::error};

}  // namespace core::portability

namespace core::databases {

inline constexpr FindingKind stale{"RR214", "stale-database", Severity::warning};

}  // namespace core::databases

namespace core::files {

inline constexpr FindingKind rcpthosts_missing{"RR710", "rcpthosts-missing", Severity::error};
inline constexpr FindingKind local_refused{"RR712", "locals-not-in-rcpthosts", Severity::warning};
inline constexpr FindingKind rewritten{"RR713", "percenthack", Severity::error};
inline constexpr FindingKind misnamed{"RR711", "misnamed-file", Severity::warning};

}  // namespace core::files

namespace core::daemons {

inline constexpr FindingKind without_rule{"RR342", "no-rule-for-daemon", Severity::warning};

}  // namespace core::daemons

namespace core::expectations {

inline constexpr FindingKind bad_line{"RR951", "bad-expectation", Severity::error};
inline constexpr FindingKind contradiction{"RR952", "contradictory-expectations", Severity::error};

}  // namespace core::expectations

namespace core::suppression {

inline constexpr FindingKind without_reason{"RR901", "suppression-without-reason", Severity::warning};
inline constexpr FindingKind unknown{"RR902", "unknown-suppression", Severity::warning};
inline constexpr FindingKind unused{"RR903", "unused-suppression", Severity::warning};

}  // namespace core::suppression
