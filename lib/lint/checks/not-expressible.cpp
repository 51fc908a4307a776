// not-expressible: reported when a policy is compiled or converted.
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"

namespace relayrules::checks {

extern const Check not_expressible;
const Check not_expressible = {
    .kind = portability::not_expressible,
    .summary = "a rule that the target cannot say",
    .rationale =
        "What a target's grammar or its keys cannot say exactly is refused, never approximated: exceptions (EXCEPT) "
        "around names, IPv6\n"
        "networks in a classic database. A rule that is nearly kept is an open door.\n"
        "Say the rule in other words, or choose another target.\n",
    .bad = {"hosts.allow", "tcp-env : [2001:db8::]/32 : setenv = RELAYCLIENT\n"},
    .good = {"hosts.allow", "tcp-env : 10.1. : setenv = RELAYCLIENT\n"},
    .formats = "hosts_access",
};

}  // namespace relayrules::checks
