// mask-inside-brackets: reported by the parser.
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"

namespace relayrules::checks {

extern const Check mask_inside_brackets;
const Check mask_inside_brackets = {
    .kind = syntax::mask_inside_brackets,
    .summary = "the length of an IPv6 network inside its brackets",
    .rationale =
        "libwrap reads what stands between the brackets as one address. With '/48' in it that is none, and the pattern "
        "matches nobody, without a word in the log.\n"
        "Write the length behind the bracket: [2001:db8::]/48.\n",
    .bad = {"hosts.allow", "sshd : [2001:db8::/48]\n"},
    .good = {"hosts.allow", "sshd : [2001:db8::]/48\n"},
    .formats = "hosts_access",
};

}  // namespace relayrules::checks
