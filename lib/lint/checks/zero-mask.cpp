// zero-mask: reported by the parser.
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"

namespace relayrules::checks {

extern const Check zero_mask;
const Check zero_mask = {
    .kind = syntax::zero_mask,
    .summary = "a network of length 0, which matches nobody",
    .rationale =
        "'0.0.0.0/0' is all of IPv4 everywhere else. libwrap takes the length 0 for an error and the pattern matches "
        "nobody: in hosts.deny everybody is let in, "
        "in hosts.allow nobody is.\n"
        "Write 'ALL', or '0.0.0.0/0.0.0.0' for IPv4 clients only.\n",
    .bad = {"hosts.deny", "ALL : 0.0.0.0/0\n"},
    .good = {"hosts.deny", "ALL : ALL\n"},
    .formats = "hosts_access",
};

}  // namespace relayrules::checks
