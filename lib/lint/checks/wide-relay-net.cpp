// wide-relay-net: a relay network of public addresses that is wider than a /24.
#include <fmt/format.h>

#include "lint/check.hpp"
#include "lint/exposure.hpp"
#include "lint/repair.hpp"
#include "model/networks.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check wide_relay_net;
const Check wide_relay_net = {
    .kind = {"RR402", "wide-relay-net", Severity::warning},
    .summary = "more than 256 public IPv4 addresses, or more than a /48 of IPv6, may relay by one rule",
    .rationale =
        "Whoever has an address in this network sends through this server to anywhere. A /24 is what one office has; a "
        "wider public network is\n"
        "mostly a provider's, with thousands of strangers and their infected machines in it.\n"
        "Of IPv6 a /48 is what one site is given.\n"
        "List the addresses that are yours. If the whole network is, there is nothing to repair.\n",
    .bad = {"tcp.smtp", "198.41.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "198.41.0.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

namespace {

/// How many public networks of the size of a site (/48) lie in `prefix` (IPv6); 0 when it is no larger than one.
std::uint64_t sites_in(const Prefix& prefix) {
  if (prefix.bits >= 48 || network_kind(prefix) != NetworkKind::public_internet) return 0;
  return std::uint64_t{1} << (48U - prefix.bits);
}

void report_ipv6_nets(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.ipv6_nets) {
    const Rule& rule = facts.rule(index);
    const auto& prefix = std::get<Prefix>(rule.peer);
    PublicAddresses addresses;
    addresses.add(prefix);
    // open-relay-ipv6 has a word on those that are wider still
    if (!facts.relays_by(rule) || sites_in(prefix) == 0 || is_too_wide_to_own(addresses)) continue;
    findings
        .add(wide_relay_net.kind, rule.peer_span,
             fmt::format("{} lets {} networks of the size of a site (/48) relay", quoted(facts.peer_text(rule)),
                         with_commas(sites_in(prefix))))
        .with_help("list the networks that are yours, and no more");
  }
}

void run(const PolicyFacts& facts, Findings& findings) {
  report_ipv6_nets(facts, findings);
  for (const std::uint32_t index : facts.relays) {
    const PublicReach reach = public_reach(facts, index);
    // relay-whole-class has a word on those
    if (reach.addresses <= 256 || reach.whole_class) continue;
    const Rule& rule = facts.rule(index);
    findings
        .add(wide_relay_net.kind, rule.peer_span,
             fmt::format("{} lets {} public addresses relay", quoted(facts.peer_text(rule)),
                         with_commas(reach.addresses)))
        .with_help("list the addresses that are yours, and no more");
  }
}

}  // namespace
}  // namespace relayrules::checks
