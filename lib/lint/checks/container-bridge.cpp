#include "lint/checks/registry.hpp"

namespace {

constexpr std::uint64_t few = 256;

bool covers(const std::vector<Range>& ranges, std::uint32_t address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.covers(Address::from_ipv4(address)); });
}

/// True for the addresses that container hosts give their bridges unless told otherwise, and for the networks of the
/// first bridge. A wide network that has other bridges in it may well be an office's.
bool has_bridge(const PolicyFacts& facts, std::uint32_t index) {
  const std::uint64_t octet = facts.octet_key(index) >> 24 & 0xff;
  if (octet != 0 && octet != 10 && octet != 172) return false;  // there may be a million rules
  const auto all = facts.addresses_of(index);
  if (!all) return false;
  const bool in_docker = is_within(*all, ipv4_range(0xac110000U, 0xac1fffffU));  // 172.17. to 172.31.
  constexpr std::uint32_t others[] = {0x0a580001U, 0x0a000202U};                 // 10.88.0.1, 10.0.2.2
  if (!in_docker && !covers({*all}, others[0]) && !covers({*all}, others[1])) return false;
  const ClientPattern pattern = facts.rule(index).pattern();
  const std::vector<Range> ranges = ranges_of(pattern);
  if (in_docker && covers(ranges, 0xac110001U)) return true;
  if (count_addresses(pattern) >= few) return false;
  for (std::uint32_t bridge = 0xac110001U; in_docker && bridge <= 0xac1f0001U; bridge += 0x10000U)
    if (covers(ranges, bridge)) return true;
  return covers(ranges, others[0]) || covers(ranges, others[1]);
}

void check_container_bridge(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    if (!has_bridge(facts, index)) continue;
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
