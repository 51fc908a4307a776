#include "lint/checks/registry.hpp"

const core::Check core::checks::bad_range = {
    .kind = syntax::bad_range,
    .summary = "a dash between things that are no numbers",
    .rationale =
        "A '-' in an address without '=' and '@' is a range: a number on each side of it, as in '10.1.2.5-9' or "
        "'10.2-3.'. If one side is no number, tcprules refuses the whole file with exit code 100.",
    .bad = {"tcp.smtp", "10.1.2.5-*:allow\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.5-9:allow\n:allow\n"},
    .needs = Traits::keys,
};
