#include "lint/checks/registry.hpp"

const core::Check core::checks::text_after_verdict = {
    .kind = syntax::text_after_verdict,
    .summary = "text behind the verdict or behind a closing quote",
    .rationale =
        "Only ',NAME=\"value\"' may follow a verdict. A comment at the end of a line is text like any other, and "
        "tcprules refuses the whole file with exit code 100.\n"
        "Put the comment on a line of its own, with the '#' as its first byte.",
    .bad = {"tcp.smtp", "127.:allow # this host\n:allow\n"},
    .good = {"tcp.smtp", "# this host\n127.:allow\n:allow\n"},
    .needs = Traits::keys,
};
