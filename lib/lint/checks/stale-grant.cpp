#include "lint/checks/registry.hpp"

const core::Check core::checks::stale_grant = {
    .kind = syntax::stale_grant,
    .summary = "a grant of POP before SMTP among rules that stay",
    .rationale =
        "vpopmail writes a line with RELAYCLIENT and the time for every address from which somebody fetched mail, and "
        "takes it out again after three hours. Such lines belong into its file open-smtp. Copied into tcp.smtp they "
        "stay for ever, for whoever has that address today; with the time behind it tcprules refuses the line, and the "
        "whole file with it.\n"
        "Delete the line. Who sends from changing addresses should log in to send (SMTP AUTH on port 587), or come "
        "through a VPN.",
    .bad = {"tcp.smtp", "198.41.0.4:allow,RELAYCLIENT=\"\",RBLSMTPD=\"\"\t1024567890\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys,
};
