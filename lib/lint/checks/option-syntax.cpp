#include "lint/checks/registry.hpp"

const core::Check core::checks::option_syntax = {
    .kind = syntax::option_syntax,
    .summary = "an option that libwrap cannot read",
    .rationale =
        "libwrap refuses the client when an option of the matching rule cannot be read: an unknown word, a value that "
        "is missing, an option behind 'allow' or 'deny'. It says so in the system log only. 'setenv NAME=VALUE' is one "
        "of these: name and value are separated by a blank.",
    .bad = {"hosts.allow", "tcp-env : 10.1. : setenv RELAYCLIENT=@x\n"},
    .good = {"hosts.allow", "tcp-env : 10.1. : setenv = RELAYCLIENT\n"},
    .needs = Traits::daemons,
};
