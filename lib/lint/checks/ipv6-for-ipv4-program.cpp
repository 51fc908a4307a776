#include "lint/checks/registry.hpp"

const core::Check core::checks::ipv6_for_ipv4_program = {
    .kind = syntax::ipv6_for_ipv4_program,
    .summary = "an IPv6 address in rules that know IPv4 only",
    .rationale =
        "The address of a rule ends at the first ':'. Of '::1:allow' the original tcprules sees an empty address, the "
        "catch-all, and a verdict that is none: it refuses the file. Under 'tcprules | ...' in a script nobody may "
        "notice, and the old database stays in use.\n"
        "Programs with IPv6 have rules of their own (ucspi-tcp-ipv6, ucspi-tcp6), which '--program' reads; to "
        "tcpserver 0.88 no client comes by IPv6.\n"
        "Delete the rule, or leave IPv6 clients to the catch-all.",
    .bad = {"tcp.smtp", "::1:allow\n:deny\n"},
    .good = {"tcp.smtp", "127.0.0.1:allow\n:deny\n"},
    .needs = Traits::ipv4_only,
};
