#include "lint/checks/registry.hpp"

const core::Check core::checks::zero_mask = {
    .kind = syntax::zero_mask,
    .summary = "a net of length 0 matches nobody",
    .rationale =
        "libwrap takes a mask of length 0 for a mistake: '0.0.0.0/0', which stands for all of IPv4 nearly everywhere "
        "else, matches nobody. In hosts.deny, where it was to refuse everybody, it lets everybody in.\n"
        "Write 'ALL' for every client, or '0.0.0.0/0.0.0.0' for every IPv4 client. '[::]/0' does work, for IPv6.",
    .bad = {"hosts.allow", "sshd : 0.0.0.0/0\n"},
    .good = {"hosts.allow", "sshd : 0.0.0.0/0.0.0.0\n"},
    .needs = Traits::daemons,
};
