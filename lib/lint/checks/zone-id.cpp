#include "lint/checks/registry.hpp"

const core::Check core::checks::zone_id = {
    .kind = syntax::zone_id,
    .summary = "an IPv6 address with an interface behind it",
    .rationale =
        "'fe80::1%eth0' says on which interface an address is meant. libwrap asks the system for the address, which "
        "fails on a host without an interface of this name, and the rule matches nobody; where there is one, the "
        "interface is not compared, and a neighbour on any other wire matches as well.\n"
        "Write the address without the zone, and keep interfaces apart in the packet filter.",
    .bad = {"hosts.allow", "sshd : [fe80::1%eth0]\n"},
    .good = {"hosts.allow", "sshd : [fe80::1]\n"},
    .needs = Traits::clients,
};
