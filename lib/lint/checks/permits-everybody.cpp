#include "lint/checks/registry.hpp"

const core::Check core::checks::permits_everybody = {
    .kind = tables::permits_everybody,
    .summary = "a cidr table that says OK to every address",
    .rationale =
        "OK ends the list of restrictions in which the table is asked. In front of reject_unauth_destination, or in "
        "mynetworks, '0.0.0.0/0 OK' makes an open relay: whoever is not refused by a rule above may send to any "
        "domain.\n"
        "DUNNO lets smtpd ask on. To let somebody relay, name his network.",
    .bad = {"nets.cidr", "192.0.2.0/24 REJECT\n0.0.0.0/0 OK\n"},
    .good = {"nets.cidr", "192.0.2.0/24 REJECT\n0.0.0.0/0 DUNNO\n"},
    .needs = Traits::values,
};
