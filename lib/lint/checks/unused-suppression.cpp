#include "lint/checks/registry.hpp"

const core::Check core::checks::unused_suppression = {
    .kind = suppression::unused,
    .summary = "a comment allows a finding that is not there",
    .rationale =
        "'allow' is for the next rule, 'allow-file' for the whole file when it stands above the first rule. What it "
        "names was not found there: the rule was mended, or moved away. Left standing, the comment hides the same "
        "mistake when somebody makes it again.\n"
        "Errors of the grammar cannot be allowed at all: a line that was not understood may be a denial.",
    .bad = {"tcp.smtp",
            "# relayrules: allow prefix-without-dot as in the manual\n192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::text,
};
