#include "lint/checks/registry.hpp"

const core::Check core::checks::ipv4_mapped = {
    .kind = syntax::ipv4_mapped,
    .summary = "an IPv4 address in IPv6 dress",
    .rationale =
        "A server that listens on IPv6 sees IPv4 clients as '::ffff:10.0.0.1'. libwrap and tcpserver turn that back "
        "into 10.0.0.1 before they look at any rule, so that a pattern for the mapped form matches nobody; in the "
        "rules of tcpserver the ':' ends the address besides.\n"
        "Write the IPv4 address.",
    .bad = {"hosts.allow", "sshd : [::ffff:10.0.0.1]\n"},
    .good = {"hosts.allow", "sshd : 10.0.0.1\n"},
    .needs = Traits::clients,
};
