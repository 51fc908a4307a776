#include "lint/checks/registry.hpp"

const core::Check core::checks::percenthack = {
    .kind = files::rewritten,
    .summary = "a domain that anybody may send to rewrites 'user%other@domain' to 'user@other'",
    .rationale =
        "control/percenthack lists domains at which qmail-send makes user@other of user%other@domain. qmail-smtpd "
        "looks "
        "at the domain alone, so that a domain which is in rcpthosts as well lets strangers send to every domain: an "
        "open relay. Source: qmail-send(8).\n"
        "Take the domain out of percenthack; hardly anybody writes such addresses today.",
    .needs = Traits::destinations,
};
