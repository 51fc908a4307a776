#include "lint/checks/registry.hpp"

const core::Check core::checks::bad_quote = {
    .kind = syntax::bad_quote,
    .summary = "a value whose quote does not end, or is no plain quote",
    .rationale =
        "The byte behind '=' is the quote, whatever it is, and the value ends where the same byte comes again. Without "
        "a second one the file is refused. Typographic quotes, which come from web pages and word processors, are "
        "three bytes each in UTF-8: the first byte becomes the quote and the others are left over.\n"
        "Write plain quotes: RELAYCLIENT=\"\".",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
};
