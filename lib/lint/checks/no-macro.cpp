#include "lint/checks/registry.hpp"

const core::Check core::checks::no_macro = {
    .kind = sendmail_mc::no_macro,
    .summary = "a configuration of Sendmail without a macro",
    .rationale =
        "sendmail.mc is read by m4: what it says are calls such as FEATURE(`access_db') and MAILER(`smtp'). A file "
        "without one of them configures nothing. It is another file, or it is empty, or the parentheses do not "
        "stand at once behind the names.\nPut the right file here.",
    .needs = Traits::text,
};
