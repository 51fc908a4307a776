#include "lint/checks/registry.hpp"

const core::Check core::checks::missing_table = {
    .kind = main_cf::missing_file,
    .summary = "main.cf names a file that is not there",
    .rationale =
        "A list or table that Postfix cannot open is no empty one. Whoever it would have to be asked about is refused "
        "for now: "
        "451 4.3.0 from mynetworks and relay_domains, 451 4.3.5 from check_client_access and its like. What stands in "
        "front of "
        "it in the list still counts.\n"
        "Make the file, or take its name away. Paths below /etc/postfix are looked for beside main.cf. "
        "'relayrules check' reads nothing that does not lie there and has a note for it: the file may well be on the "
        "server.",
    .needs = Traits::destinations,
};
