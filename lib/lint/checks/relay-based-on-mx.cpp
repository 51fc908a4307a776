#include "lint/checks/registry.hpp"

const core::Check core::checks::relay_based_on_mx = {
    .kind = sendmail_mc::relay_based_on_mx,
    .summary = "FEATURE(`relay_based_on_MX') lets others say what is relayed",
    .rationale =
        "Mail is taken for every domain that has this server among its MX. The owner of any domain can write that "
        "into his DNS, and then the server relays mail for him without being asked.\nDelete the line, and list the "
        "domains in relay-domains.",
    .needs = Traits::destinations,
};
