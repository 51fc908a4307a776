#include "lint/checks/registry.hpp"

const core::Check core::checks::repeated_key = {
    .kind = tables::repeated_key,
    .summary = "a key that stands twice in a table",
    .rationale =
        "Of a texthash: table with a key twice, in whatever case, Postfix can look up nothing: it answers 451 to every "
        "client that reaches the table, and no mail comes in. postmap, which makes a hash: or cdb: table of the text, "
        "keeps the first line and leaves the others out, with a warning.\n"
        "Delete one of the two.",
    .bad = {"client_access", "10.1.2.3 OK\n10.1.2.3 REJECT\n"},
    .good = {"client_access", "10.1.2.3 REJECT\n"},
    .needs = Traits::values,
};
