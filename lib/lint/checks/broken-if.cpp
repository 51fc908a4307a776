#include "lint/checks/registry.hpp"

const core::Check core::checks::broken_if = {
    .kind = tables::broken_if,
    .summary = "an 'if' of a cidr table that Postfix skips, or that does not end where it seems to",
    .rationale =
        "Postfix skips an 'if' with a bad pattern, with a warning in the log, and goes on: the rules behind it are for "
        "every client, and its 'endif' is skipped, too, or ends the 'if' around it. 'if 10.1.2.3/8' in front of "
        "'0.0.0.0/0 OK' lets the whole world in. An 'endif' with text behind it is none, and without an 'endif' the "
        "block goes on to the end of the file.\n"
        "Write a network's first address and a length that fits, 'if 10.0.0.0/8', and 'endif' alone on its line.",
    .bad = {"nets.cidr", "if 10.1.2.3/8\n10.1.0.0/16 REJECT\nendif\n"},
    .good = {"nets.cidr", "if 10.0.0.0/8\n10.1.0.0/16 REJECT\nendif\n"},
    .needs = Traits::values,
};
