#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"

namespace {

void check_container_bridge(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    if (!has_container_bridge(facts, index)) continue;
    report_rule(facts, findings, facts.rule(index), container_bridge.kind,
                "{} is where a container host shows all clients from outside: through it the internet may relay")
        .with_help("let the containers relay by their own addresses, or let clients log in");
  }
}

}  // namespace

const core::Check core::checks::container_bridge = {
    .kind = {"RR413", "container-bridge", Severity::warning},
    .summary = "a container host's own bridge may relay",
    .rationale =
        "172.17.0.1, and with more networks 172.18.0.1 and so on, is the bridge of a container host; 10.88.0.1 and "
        "10.0.2.2 are others. With the usual forwarding of ports every client from outside shows up in the container "
        "under this one address. A rule that lets the bridge relay then lets the whole internet relay.\n"
        "Let the containers relay by their own addresses, and make the host forward ports without hiding the client, "
        "or let clients log in.",
    .bad = {"tcp.smtp", "172.17.0.1:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "172.17.0.5:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy = check_container_bridge,
};
