#include "lint/checks/registry.hpp"

const core::Check core::checks::empty_variable = {
    .kind = syntax::empty_variable,
    .summary = "a comma without a variable, or a variable without a value",
    .rationale =
        "Behind each ',' stands NAME, '=', a quote, the value and the quote again. tcprules refuses ',' at the end of "
        "a line, a NAME without '=' and a NAME= without a value, and with it the whole file.\n"
        "To set a variable to nothing write NAME=\"\". RELAYCLIENT=\"\" is the usual way to let a client relay.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
};
