// private-net-relay: relaying for RFC 1918 networks depends on the border.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "model/networks.hpp"

namespace core::checks {
namespace {

std::string_view private_net_of_pattern(const ClientPattern& pattern) {
  const auto* prefix = std::get_if<Prefix>(&pattern);
  if (prefix != nullptr && prefix->base.family == Family::ipv6)
    return network_kind(*prefix) == NetworkKind::unique_local ? "fc00::/7" : "";
  const std::vector<Range> ranges = ranges_of(pattern);
  return ranges.empty() ? std::string_view() : private_net_of({ranges.front().first, ranges.back().last});
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    const std::uint64_t key = facts.octet_key(index);
    const std::string_view net = key != 0 ? private_net_of(range_of(prefix_of_octet_key(key)))
                                          : private_net_of_pattern(facts.rule(index).pattern());
    if (net.empty()) continue;
    const Rule rule = facts.rule(index);
    findings
        .add(private_net_relay.kind, rule.pattern_span(),
             fmt::format(
                 "{} is part of the private network {}: safe only while nothing shows strangers under such an address",
                 quoted(facts.pattern_text(rule)), net))
        .with_help("fine while your border drops packets from outside that claim such a source");
  }
}

}  // namespace

const Check private_net_relay = {
    .kind = {"RR404", "private-net-relay", Severity::note},
    .summary = "private addresses may relay",
    .rationale =
        "Private addresses (10., 172.16-31., 192.168., and fc00::/7 of IPv6) are right for a server that only its own "
        "network reaches under them. They are as safe as the router at the border: it must drop packets from outside "
        "that claim such a source, and no proxy, container bridge or NAT may show strangers under one of them.",
    .bad = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
