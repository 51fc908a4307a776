#include "lint/checks/registry.hpp"

const core::Check core::checks::no_value = {
    .kind = tables::no_value,
    .summary = "a key or a network of a table without a value",
    .rationale =
        "Each line of a table is a key or a network, blanks and a value. Postfix skips a line without a value, with a "
        "warning in the log: a client that was to be refused is let on to the rules behind.\n"
        "Write the value: 'REJECT', 'OK', 'DUNNO'. In a list where only the key counts, any word will do.",
    .bad = {"nets.cidr", "192.0.2.0/24\n"},
    .good = {"nets.cidr", "192.0.2.0/24 REJECT\n"},
    .needs = Traits::values,
};
