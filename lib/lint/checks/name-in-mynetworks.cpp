#include "lint/checks/registry.hpp"

const core::Check core::checks::name_in_mynetworks = {
    .kind = main_cf::name_trusted,
    .summary = "clients relay by their name",
    .rationale =
        "Items of mynetworks are compared with the client's name, too: 'example.net' lets every client relay whose "
        "name "
        "is this or ends in it, wherever its address is. The same holds of a key with OK in a table of clients "
        "(check_client_access) that stands in front of reject_unauth_destination. Postfix takes a name only where "
        "forward DNS gives it the "
        "client's address, so that whoever can write into that domain's DNS decides who relays. Under a top-level "
        "domain or another public suffix anybody can have such a name: that is an error. For "
        "'localhost' it is a note.\n"
        "List addresses and networks. Domains that mail is taken for belong into mydestination or relay_domains.",
    .needs = Traits::text,
};
