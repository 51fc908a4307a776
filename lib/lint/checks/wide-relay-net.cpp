// wide-relay-net: a relay network of public addresses that is wider than a /24.
#include <fmt/format.h>

#include "lint/check.hpp"
#include "lint/exposure.hpp"
#include "lint/repair.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check wide_relay_net;
const Check wide_relay_net = {
    .kind = {"RR402", "wide-relay-net", Severity::warning},
    .summary = "more than 256 public addresses may relay by one rule",
    .rationale =
        "Whoever has an address in this network sends through this server to anywhere. A /24 is what one office has; a "
        "wider public network is\n"
        "mostly a provider's, with thousands of strangers and their infected machines in it.\n"
        "List the addresses that are yours. If the whole network is, there is nothing to repair.\n",
    .bad = {"tcp.smtp", "198.41.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "198.41.0.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

namespace {

void run(const PolicyFacts& facts, Findings& findings) {
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
