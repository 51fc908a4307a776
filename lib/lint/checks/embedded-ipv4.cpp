#include "lint/checks/registry.hpp"

namespace {

/// The network of which all of `prefix` is, when the rest of its addresses are those of IPv4; empty for others.
std::string_view embedding_of(const Prefix& prefix) {
  static const Prefix nat64 = *parse_prefix("64:ff9b::/96");
  static const Prefix six_to_four = *parse_prefix("2002::/16");
  if (nat64.covers(prefix)) return "a translator (NAT64)";
  return six_to_four.covers(prefix) ? "6to4" : "";
}

void check_embedded_ipv4(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.ipv6_nets) {
    const Rule rule = facts.rule(index);
    const std::string_view what = embedding_of(std::get<Prefix>(rule.pattern()));
    if (what.empty() || rule.access() != Access::allow) continue;
    report_rule(facts, findings, rule, embedded_ipv4.kind,
                "the clients in {} are IPv4 clients that come through {}: no rule about their IPv4 addresses holds for "
                "them",
                what)
        .with_help("refuse here too what is refused by IPv4");
  }
}

}  // namespace

const core::Check core::checks::embedded_ipv4 = {
    .kind = {"RR421", "embedded-ipv4", Severity::note},
    .summary = "an IPv6 network in which every IPv4 client has an address",
    .rationale =
        "64:ff9b::/96 is where translators (NAT64) put IPv4 clients, and 2002::/16 where 6to4 does: behind the prefix "
        "stands the IPv4 address of the client. A rule that lets such a network in lets in who is refused by IPv4, if "
        "packets from there reach the server.\n"
        "Name the network of your own translator, or what in it stands for your own IPv4 addresses: "
        "2002:c000:0204::/48 is 192.0.2.4.",
    .bad = {"hosts.allow", "sshd : [2002::]/16\n"},
    .good = {"hosts.allow", "sshd : [2001:db8::]/32\n"},
    .needs = Traits::daemons,
    .policy = check_embedded_ipv4,
};
