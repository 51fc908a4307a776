#include "lint/checks/registry.hpp"

const core::Check core::checks::name_before_address = {
    .kind = tables::name_before_address,
    .summary = "a name that keeps smtpd from asking an access table for the client's address",
    .rationale =
        "smtpd asks a table for the client's name and its parents first, and what is found ends the search, whether it "
        "is "
        "OK or DUNNO: a line that refuses an address is not asked for then. 'unknown' stands so for all clients "
        "without "
        "a name.\n"
        "Where the addresses are to be refused whatever they are called, put them into a table of their own, best a "
        "cidr: table, and name that one first.",
    .bad = {"client_access", "example.net OK\n192.0.2.7 REJECT\n"},
    .good = {"client_access", "192.0.2.7 REJECT\n"},
    .needs = Traits::values,
};
