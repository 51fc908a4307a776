#include "lint/checks/registry.hpp"

const core::Check core::checks::unbracketed_ipv6 = {
    .kind = syntax::unbracketed_ipv6,
    .summary = "an IPv6 address without brackets",
    .rationale =
        "In hosts.allow and hosts.deny the ':' ends a list. An IPv6 address without brackets is cut at its first ':', "
        "and the rest is taken for options: the rule never matches the network that was meant, and a client that does "
        "match is refused for an unreadable option.\n"
        "Write [2001:db8::]/32, with the length behind the bracket.",
    .bad = {"hosts.allow", "sshd : 2001:db8::/32\n"},
    .good = {"hosts.allow", "sshd : [2001:db8::]/32\n"},
    .needs = Traits::daemons,
};
