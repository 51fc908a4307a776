#include "lint/checks/registry.hpp"

const core::Check core::checks::not_an_action = {
    .kind = tables::not_an_action,
    .summary = "a value of an access table that smtpd does not know",
    .rationale =
        "smtpd knows OK, REJECT, DEFER, DUNNO, DISCARD, HOLD, WARN, FILTER, REDIRECT, PREPEND and a few more, a reply "
        "('550 5.7.1 text'), digits alone (which are OK: '550' without a text lets everybody in), and restrictions. "
        "Any "
        "other word is a restriction that does not exist, and so is a value that names a table: the client gets 451 "
        "4.3.5 Server configuration error, for ever.\n"
        "Write one of these words. A class of main.cf's smtpd_restriction_classes is right, too; its name should have "
        "a "
        "'_'.",
    .bad = {"client_access", "192.0.2.1 BLOCK\n"},
    .good = {"client_access", "192.0.2.1 REJECT\n"},
    .needs = Traits::values,
};
