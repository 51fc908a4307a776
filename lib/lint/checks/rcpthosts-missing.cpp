#include "lint/checks/registry.hpp"

const core::Check core::checks::rcpthosts_missing = {
    .kind = files::rcpthosts_missing,
    .summary = "a control folder of qmail has no rcpthosts",
    .rationale =
        "qmail-smtpd accepts mail for the domains of rcpthosts, and without that file for every domain, from "
        "everybody: an open relay. qmail-newmrh and morercpthosts do not help, for they are only read behind it.\n"
        "Write your own domains into control/rcpthosts, a line each. A server that takes mail for none has it empty.",
    .needs = Traits::destinations,
};
