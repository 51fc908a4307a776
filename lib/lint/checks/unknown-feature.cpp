#include "lint/checks/registry.hpp"

const core::Check core::checks::unknown_feature = {
    .kind = sendmail_mc::unknown_feature,
    .summary = "sendmail.mc asks for a feature that Sendmail does not have",
    .rationale =
        "FEATURE(`name') is the file feature/name.m4 of Sendmail's configuration. Where there is none m4 says 'cannot "
        "open' and ends with an error, but it goes on before, and what it wrote is a whole sendmail.cf without the "
        "feature: access maps that are not asked, recipients that are not blocked. Names are written as the file is: "
        "relay_based_on_MX.\n"
        "Write the name that is meant. A feature of your own, or of an older Sendmail, is a warning only.",
    .needs = Traits::destinations,
};
