#include "lint/checks/registry.hpp"

const core::Check core::checks::order_not_expressible = {
    .kind = portability::order_not_expressible,
    .summary = "rules whose order tcpserver cannot keep",
    .rationale =
        "hosts.allow takes the first rule that matches. tcpserver asks its keys in a fixed order: the full address, "
        "the full name, shorter and shorter prefixes, shorter and shorter names, and everybody last. A list of "
        "addresses can be brought into that order exactly. Where names and addresses overlap and decide differently, "
        "it cannot: a client that has both would be decided by the other rule.\n"
        "Nothing is written then. Put addresses before names, or say by addresses what the names say.",
    .bad = {"hosts.allow", "tcp-env : .example.com : setenv = RELAYCLIENT\ntcp-env : 10.1.2.3 : deny\n"},
    .good = {"hosts.allow", "tcp-env : 10.1.2.3 : deny\ntcp-env : 10.1. : setenv = RELAYCLIENT\n"},
    .needs = Traits::daemons,
};
