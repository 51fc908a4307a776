#include "lint/checks/registry.hpp"

const core::Check core::checks::loose_relay_check = {
    .kind = sendmail_mc::loose_relay_check,
    .summary = "FEATURE(`loose_relay_check') lets routed recipients through",
    .rationale =
        "Sendmail takes user%other.example@your.example apart to see where the mail goes in the end. With this "
        "feature it does not, as long as your.example is relayed to: whoever runs your.example decides what "
        "becomes of the rest, and where that host routes by '%' everybody sends to everywhere.\nDelete the line.",
    .needs = Traits::destinations,
};
