#include "lint/checks/registry.hpp"

const core::Check core::checks::relay_entire_domain = {
    .kind = sendmail_mc::entire_domain,
    .summary = "FEATURE(`relay_entire_domain') relays for every host in the domain",
    .rationale =
        "Every client whose name lies in the domain of the server relays to everywhere, and everybody sends to "
        "every host in it. Names come from the DNS of whoever owns the address, and from the same domain's DNS, so "
        "that a printer or a guest's notebook relays, too. A new host's mail is taken before anybody thought of "
        "it.\nList the networks with Connect: in the access map, and the hosts that get mail in relay-domains.",
    .needs = Traits::destinations,
};
