#include "lint/checks/registry.hpp"

const core::Check core::checks::mask_inside_brackets = {
    .kind = syntax::mask_inside_brackets,
    .summary = "the length of an IPv6 net stands inside the brackets",
    .rationale =
        "Between the brackets libwrap expects an IPv6 address and nothing else. '[2001:db8::/32]' is none, and matches "
        "nobody: such a rule lets nobody in, and in hosts.deny keeps nobody out.\n"
        "Write the length behind the bracket: [2001:db8::]/32.",
    .bad = {"hosts.allow", "sshd : [2001:db8::/32]\n"},
    .good = {"hosts.allow", "sshd : [2001:db8::]/32\n"},
    .needs = Traits::daemons,
};
