#include "lint/checks/registry.hpp"

const core::Check core::checks::locals_not_in_rcpthosts = {
    .kind = files::local_refused,
    .summary = "a domain is delivered here, and mail for it from outside is refused",
    .rationale =
        "qmail-send delivers the domains of locals and virtualdomains on this host; qmail-smtpd takes mail from "
        "outside for those of rcpthosts (and morercpthosts.cdb) only. A domain that stands in one list and not in the "
        "other gets mail from clients that relay, and nobody else's: 'sorry, that domain isn't in my list of allowed "
        "rcpthosts'. It is said of control folders, by check and by audit.\n"
        "Add the domain to rcpthosts. A domain that is for mail from inside only is better left out of DNS; then allow "
        "this finding with --ignore.",
    .needs = Traits::destinations,
};
