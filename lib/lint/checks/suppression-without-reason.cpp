#include "lint/checks/registry.hpp"

const core::Check core::checks::suppression_without_reason = {
    .kind = suppression::without_reason,
    .summary = "a comment allows a finding and does not say why",
    .rationale =
        "A comment '# relayrules: allow NAME REASON' says that a finding is meant. In a year nobody knows whether it "
        "still is, unless the reason stands there: a ticket, a person, a network that is guarded elsewhere.\n"
        "Write it behind the name. Without one the finding is silent all the same, and this one is left.",
    .bad = {"tcp.smtp", "# relayrules: allow private-net-relay\n192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp",
             "# relayrules: allow private-net-relay the router drops such "
             "sources\n192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::text,
};
