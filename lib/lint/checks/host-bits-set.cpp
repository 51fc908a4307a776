// host-bits-set: reported by the parser.
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"

namespace relayrules::checks {

extern const Check host_bits_set;
const Check host_bits_set = {
    .kind = syntax::host_bits_set,
    .summary = "a network whose address has bits outside its mask",
    .rationale =
        "libwrap masks the client's address and compares it with the one in the file, as that stands there: "
        "'10.1.2.3/8' is compared with 10.0.0.0, and never "
        "matches. Other programs clear such bits in silence (ucspi-tcp6), or skip the rule (Postfix).\n"
        "Write the first address of the network, or the one address without a length.\n",
    .bad = {"hosts.allow", "sshd : 10.1.2.3/8\n"},
    .good = {"hosts.allow", "sshd : 10.0.0.0/8\n"},
    .formats = "hosts_access",
};

}  // namespace relayrules::checks
