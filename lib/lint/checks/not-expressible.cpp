#include "lint/checks/registry.hpp"

const core::Check core::checks::not_expressible = {
    .kind = portability::not_expressible,
    .summary = "a rule that the target cannot say",
    .rationale =
        "What a target's grammar or its keys cannot say exactly is refused, never approximated: a rule that is nearly "
        "kept is an open door.\n"
        "Exceptions around names, rules about user names and IPv6 networks have no keys in a classic database; a "
        "hosts.allow for several services needs --daemon NAME, since a database is for one.\n"
        "Say the rule in other words, or choose another target.",
    .bad = {"hosts.allow", "tcp-env : 10.1. : setenv = RELAYCLIENT\nsshd : 10.2. : deny\n"},
    .good = {"hosts.allow", "tcp-env : 10.1. : setenv = RELAYCLIENT\n"},
    .needs = Traits::daemons,
};
