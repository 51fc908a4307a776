// not-supported: reported by the parser.
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"

namespace relayrules::checks {

extern const Check not_supported;
const Check not_supported = {
    .kind = syntax::not_supported,
    .summary = "a construct that cannot be compiled into rules",
    .rationale =
        "Some things that a file says have no counterpart in a database of keys: IPv6 addresses (the classic tcpserver "
        "has no key for them),\n"
        "options that run a program. They are refused by name, never skipped: a skipped denial is an open door.\n",
    .bad = {"office.tcprules-extended", "2001:db8::1:allow\n:allow\n"},
    .good = {"office.tcprules-extended", "10.0.0.0/8:allow\n:allow\n"},
    .formats = "tcprules-extended hosts_access",
};

}  // namespace relayrules::checks
