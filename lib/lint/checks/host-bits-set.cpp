#include "lint/checks/registry.hpp"

const core::Check core::checks::host_bits_set = {
    .kind = syntax::host_bits_set,
    .summary = "a net whose address has bits set behind its mask",
    .rationale =
        "libwrap masks the client's address and compares the result with the address in the rule, as it is written "
        "there. '10.1.2.3/8' has bits behind its mask, so that no client is equal to it: the rule allows nobody, or "
        "refuses nobody. Nothing is logged. Between brackets libwrap does mask the rule's address: [2001:db8::1]/32 is "
        "the whole net.\n"
        "Postfix skips such a rule of a cidr table, with a warning in the log. In mynetworks it answers 451 4.3.0 to "
        "every client of that family, IPv4 or IPv6, that no pattern in front of it is for.\n"
        "Write the first address of the net, or the one address without a mask.",
    .bad = {"hosts.allow", "sshd : 10.1.2.3/8\n"},
    .good = {"hosts.allow", "sshd : 10.0.0.0/8\n"},
    .needs = Traits::daemons,
};
