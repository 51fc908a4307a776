#include "lint/checks/registry.hpp"

const core::Check core::checks::stray_line = {
    .kind = tables::stray_line,
    .summary = "a line that begins with a blank and goes on with nothing",
    .rationale =
        "In Postfix's files a line that begins with a blank goes on with the rule above it. Where no rule stands "
        "above, "
        "Postfix skips the line, with a warning in the log.\n"
        "Take the blanks in front away.",
    .bad = {"nets.cidr", "  192.0.2.0/24 REJECT\n"},
    .good = {"nets.cidr", "192.0.2.0/24 REJECT\n"},
    .needs = Traits::values,
};
