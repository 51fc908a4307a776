#include "lint/checks/registry.hpp"

const core::Check core::checks::sender_trust = {
    .kind = sendmail_mc::sender_trust,
    .summary = "who may relay is decided by the sender's address",
    .rationale =
        "What stands behind MAIL FROM is what the client writes there. FEATURE(`relay_local_from') relays for "
        "everybody who writes one of the server's own domains, and FEATURE(`relay_mail_from') for everybody who "
        "writes an address that has From:... RELAY in the access map. Spammers try the server's own domain "
        "first.\nDelete the feature, and let clients relay by address, or when they log in. Where "
        "RELAY behind From: lets nobody relay it means OK, and the finding is a warning, and so is relay_mail_from "
        "where "
        "the access map has no address for it.",
    .needs = Traits::destinations,
};
