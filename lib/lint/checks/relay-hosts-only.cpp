#include "lint/checks/registry.hpp"

const core::Check core::checks::relay_hosts_only = {
    .kind = sendmail_mc::hosts_only,
    .summary = "with FEATURE(`relay_hosts_only') a domain is one host",
    .rationale =
        "Without the feature a word of relay-domains is for all names that end in it, too: mail for them is taken from "
        "everybody, and clients with such names relay. With it the word is this one name. That is what the feature is "
        "for, but a whole domain among the words is often meant otherwise.\n"
        "List the hosts, or delete the feature.",
    .needs = Traits::destinations,
};
