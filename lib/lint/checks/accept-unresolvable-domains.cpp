#include "lint/checks/registry.hpp"

const core::Check core::checks::accept_unresolvable_domains = {
    .kind = sendmail_mc::unresolvable,
    .summary = "FEATURE(`accept_unresolvable_domains') takes senders whose domain does not exist",
    .rationale =
        "Without the feature Sendmail refuses a sender whose domain has neither MX nor address: nobody could "
        "answer him. It is meant for servers that see no DNS, behind a firewall. It lets nobody relay.\nDelete the "
        "line where the server can ask the DNS.",
    .needs = Traits::destinations,
};
