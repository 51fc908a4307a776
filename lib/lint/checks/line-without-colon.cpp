#include "lint/checks/registry.hpp"

const core::Check core::checks::line_without_colon = {
    .kind = syntax::line_without_colon,
    .summary = "a line that is no rule and no comment",
    .rationale =
        "tcprules drops a line without a ':' and exits 0: whoever was to be refused is not, and nobody hears of it. "
        "Often it is a comment that lost its '#', or a rule with a blank where the ':' belongs.\n"
        "relayrules writes nothing from such a file. Put a '#' at the start of the line, or write the rule as "
        "ADDRESS:allow or ADDRESS:deny.",
    .bad = {"tcp.smtp", "192.168.7. allow\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.:allow\n:allow\n"},
    .needs = Traits::clients,
};
