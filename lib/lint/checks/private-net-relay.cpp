#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"

const core::Check core::checks::private_net_relay = {
    .kind = {"RR404", "private-net-relay", Severity::note},
    .summary = "private addresses may relay",
    .rationale =
        "Private addresses (10., 172.16-31., 192.168., and fc00::/7 of IPv6) are right for a server that only its own "
        "network reaches under them. They are as safe as the router at the border: it must drop packets from outside "
        "that claim such a source, and no proxy, container bridge or NAT may show strangers under one of them.",
    .bad = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.relays) {
            const auto addresses = facts.addresses_of(index);
            const std::string_view net = addresses ? private_net_of(*addresses) : std::string_view();
            if (net.empty() || has_container_bridge(facts, index)) continue;  // container-bridge says more
            report_rule(facts, findings, facts.rule(index), private_net_relay.kind,
                        "{} is {} private network {}: safe only while nothing shows strangers under such an address",
                        range_of(*parse_prefix(net)) == *addresses ? "the" : "part of the", net)
                .with_help("fine while your border drops packets from outside that claim such a source");
          }
        },
};
