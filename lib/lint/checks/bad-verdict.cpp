#include "lint/checks/registry.hpp"

const core::Check core::checks::bad_verdict = {
    .kind = syntax::bad_verdict,
    .summary = "something else than allow or deny stands behind the colon",
    .rationale =
        "Directly behind the ':' stands 'allow' or 'deny', in lower case and without a blank in front. tcprules "
        "refuses the whole file for any other word, with exit code 100 and without a line number; the old database "
        "stays in place, so that every later change is without effect until somebody looks. The tcprules of Debian's "
        "ucspi-tcp-ipv6 runs for ever instead.\n"
        "An IPv6 address leads here too: the address of a rule ends at the first ':'.",
    .bad = {"tcp.smtp", "10.:ALLOW\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow\n:allow\n"},
    .needs = Traits::keys,
};
