#include "lint/checks/registry.hpp"

const core::Check core::checks::unknown_restriction = {
    .kind = main_cf::unknown_restriction,
    .summary = "a word in smtpd_*_restrictions is no restriction",
    .rationale =
        "smtpd answers '451 4.3.5 Server configuration error' to every client that comes as far as the word, and takes "
        "no mail "
        "from him. The words in front of it still count: 'permit_mynetworks, reject_unauth_destinaton' refuses "
        "strangers "
        "only for now, and they come again.\n"
        "Mend the word, or define it with smtpd_restriction_classes.",
    .needs = Traits::destinations,
};
