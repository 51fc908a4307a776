#include "lint/checks/registry.hpp"

const core::Check core::checks::permit_before_reject = {
    .kind = main_cf::permit_before_reject,
    .summary = "mail is permitted in front of reject_unauth_destination",
    .rationale =
        "The first restriction that permits ends its list. What stands in front of reject_unauth_destination or "
        "defer_unauth_destination and permits others than your own clients lets them send to every domain. An OK "
        "for a sender is given to whoever writes that sender; an OK for a recipient lets everybody send "
        "there.\nsmtpd_relay_restrictions and smtpd_recipient_restrictions must both let the mail pass, so that "
        "one clean list is enough: nothing is said then. Below compatibility_level 1 smtpd_relay_restrictions is "
        "empty where it is not given.\nPut the restriction behind reject_unauth_destination, or set "
        "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination. In "
        "the table DUNNO passes on without a leave. Where a table cannot be read here the finding is a warning, "
        "and where its file is not there a note.",
    .needs = Traits::destinations,
};
