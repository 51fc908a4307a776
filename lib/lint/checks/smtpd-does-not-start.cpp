#include "lint/checks/registry.hpp"

const core::Check core::checks::smtpd_does_not_start = {
    .kind = main_cf::does_not_start,
    .summary = "with this main.cf smtpd does not start",
    .rationale =
        "smtpd ends at once when smtpd_relay_restrictions and smtpd_recipient_restrictions have no word that refuses "
        "strangers, "
        "when a list has a '!' without a pattern, and when a restriction class has no definition. Whoever connects is "
        "turned "
        "away, those on mynetworks, too.\n"
        "End one of the two lists with reject_unauth_destination.",
    .needs = Traits::destinations,
};
