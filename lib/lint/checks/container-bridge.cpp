// container-bridge: 172.17.0.1 may be everybody.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"

namespace core::checks {
namespace {

/// The addresses that container hosts give their bridges unless told otherwise.
bool is_bridge(std::uint32_t address) {
  const bool docker = (address & 0xfff0ffffU) == 0xac100001U && address >= 0xac110001U;  // 172.17.0.1 to 172.31.0.1
  return docker || address == 0x0a580001U || address == 0x0a000202U;                     // 10.88.0.1, 10.0.2.2
}

void run(const PolicyFacts& facts, Findings& findings) {
  constexpr std::uint64_t one_address = std::uint64_t{32} << 32;
  constexpr std::uint64_t docker_net = std::uint64_t{16} << 32 | 0xac110000U;
  constexpr std::uint64_t first_part = std::uint64_t{24} << 32 | 0xac110000U;
  for (const std::uint32_t index : facts.relays) {
    const std::uint64_t key = facts.octet_key(index);
    const bool bridge = key >= one_address && is_bridge(static_cast<std::uint32_t>(key));
    if (!bridge && key != docker_net && key != first_part) continue;
    const Rule rule = facts.rule(index);
    findings
        .add(container_bridge.kind, rule.pattern_span(),
             fmt::format("{} is where a container host shows all clients from outside: through it the internet may "
                         "relay",
                         quoted(facts.pattern_text(rule))))
        .with_help("let the containers relay by their own addresses, or let clients log in");
  }
}

}  // namespace

const Check container_bridge = {
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
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
