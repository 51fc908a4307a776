#include "lint/checks/registry.hpp"

const core::Check core::checks::promiscuous_relay = {
    .kind = sendmail_mc::promiscuous_relay,
    .summary = "FEATURE(`promiscuous_relay') relays for everybody",
    .rationale =
        "With this feature Sendmail asks nothing before it relays: every client sends to every domain. Such a "
        "server is found within hours, and is on the blocklists the next day.\nDelete the line. Your own clients "
        "relay by Connect: in the access map, by relay-domains, or when they log in.",
    .needs = Traits::destinations,
};
