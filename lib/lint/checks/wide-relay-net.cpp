// wide-relay-net: a relay network of public addresses that is wider than a /24.
#include <fmt/format.h>

#include "lint/check.hpp"
#include "lint/repair.hpp"
#include "model/networks.hpp"

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

constexpr std::uint64_t class_a = std::uint64_t{1} << 24;

/// Most relay rules are about one address or a /24: no need to count those.
bool is_small(const Peer& peer) {
  const auto* prefix = std::get_if<Prefix>(&peer);
  return prefix != nullptr && prefix->bits >= 24;
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    const Rule& rule = facts.rule(index);
    if (is_small(rule.peer)) continue;
    std::uint64_t addresses = 0;
    bool whole_class = false;
    for (const Range& range : ranges_of(rule.peer)) {
      const std::uint64_t count = public_addresses_in(range);
      addresses += count;
      whole_class = whole_class || count > class_a / 2;
    }
    // relay-whole-class has a word on those
    if (addresses <= 256 || whole_class) continue;
    findings
        .add(wide_relay_net.kind, rule.peer_span,
             fmt::format("{} lets {} public addresses relay", quoted(facts.peer_text(rule)), with_commas(addresses)))
        .with_help("list the addresses that are yours, and no more");
  }
}

}  // namespace
}  // namespace relayrules::checks
