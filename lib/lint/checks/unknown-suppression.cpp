#include "lint/checks/registry.hpp"

const core::Check core::checks::unknown_suppression = {
    .kind = suppression::unknown,
    .summary = "a comment to relayrules names no check, or tells it something that it does not know",
    .rationale =
        "Comments that begin with '# relayrules:' are read: 'allow' and 'allow-file' with names of checks and a "
        "reason, and in the first line 'extended'. A misspelt word or name would do nothing without a word, and the "
        "author would think that it does.\n"
        "'relayrules checks' lists the names.",
    .bad = {"tcp.smtp",
            "# relayrules: allow private-net-rely the router drops such "
            "sources\n192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp",
             "# relayrules: allow private-net-relay the router drops such "
             "sources\n192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::text,
};
