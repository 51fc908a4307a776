#include "lint/checks/registry.hpp"

namespace {

/// The network that somebody means who writes "2001:db8:42::": as many bits as groups are written.
std::string meant_network(std::string_view text) {
  return fmt::format("{}/{}", text, 16 * std::count(text.begin(), text.end() - 1, ':'));
}

void check_address_for_network(const PolicyFacts& facts, Findings& findings) {
  if (facts.policy.lookup.scheme != &ucspi_tcp6_keys) return;
  for (const std::uint32_t index : facts.ipv6_nets) {
    const Rule rule = facts.rule(index);
    const std::string_view text = facts.pattern_text(rule);
    const auto prefix = rule.get_if<Prefix>();
    if (!prefix || prefix->bits != 128 || text.size() < 3 || !text.ends_with("::")) continue;
    report_rule(facts, findings, rule, address_for_network.kind, "{} is one address to ucspi-tcp6, and no network")
        .with_help(fmt::format("write '{}' for the network", meant_network(text)));
  }
}

}  // namespace

const core::Check core::checks::address_for_network = {
    .kind = {"RR331", "address-for-network", Severity::warning},
    .summary = "an IPv6 address that ends in '::', where a network seems to be meant",
    .rationale =
        "ucspi-tcp6 writes every IPv6 address out: '2001:db8:42::' is the one address with zeros behind 42, which no "
        "client has. That an IPv4 prefix ends in its dot does not hold for IPv6 there; a network is an address and a "
        "length. ucspi-tcp-ipv6 reads the same text as the beginning of others.\n"
        "Write the length: '2001:db8:42::/48'.",
    .bad = {"rules.tcprules-tcp6", "2001:db8:42:::allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"rules.tcprules-tcp6", "2001:db8:42::/48:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_address_for_network,
};
