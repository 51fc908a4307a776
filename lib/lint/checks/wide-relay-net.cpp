// wide-relay-net: a relay network of public addresses that is wider than a /24, or a /48 of IPv6; settings may say otherwise.
#include <fmt/format.h>

#include <algorithm>

#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"
#include "lint/repair.hpp"
#include "model/networks.hpp"

namespace core::checks {
namespace {

/// Prefix length of the widest network of public IPv6 addresses that is part of `pattern`; none when there is none.
std::optional<unsigned> widest_ipv6_net(const ClientPattern& pattern) {
  std::optional<unsigned> widest;
  for (const Range& range : ranges_of(pattern)) {
    if (range.first.family != Family::ipv6) continue;
    for (const Prefix& net : prefixes_of(range))
      if (network_kind(net) == NetworkKind::public_internet)
        widest = std::min<unsigned>(widest.value_or(128), net.bits);
  }
  return widest;
}

PublicAddresses public_part_of(const ClientPattern& pattern) {
  PublicAddresses addresses;
  for (const Range& range : ranges_of(pattern))
    for (const Prefix& net : prefixes_of(range)) addresses.add(net);
  return addresses;
}

/// The strangers who may relay by rule `index`; empty when they are no more than the thresholds allow.
std::string who_may_relay(const PolicyFacts& facts, std::uint32_t index) {
  const std::uint64_t most = std::uint64_t{1} << (32U - facts.thresholds.wide_relay_net_ipv4);
  const PublicReach reach = public_reach(facts, index, most);
  // relay-whole-class has a word on those
  if (reach.whole_class) return {};
  if (reach.addresses > most) return fmt::format("{} public addresses", with_commas(reach.addresses));
  if (facts.octet_key(index) != 0) return {};
  // open-relay-ipv6 has a word on those that are wider still
  if (is_too_wide_to_own(public_part_of(facts.rule(index).pattern()))) return {};
  const auto bits = widest_ipv6_net(facts.rule(index).pattern());
  if (!bits || *bits >= facts.thresholds.wide_relay_net_ipv6) return {};
  return fmt::format("a whole /{} of public IPv6 addresses", *bits);
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    const std::string who = who_may_relay(facts, index);
    if (who.empty()) continue;
    const Rule rule = facts.rule(index);
    findings
        .add(wide_relay_net.kind, rule.pattern_span(),
             fmt::format("{} lets {} relay", quoted(facts.pattern_text(rule)), who))
        .with_help("list the addresses that are yours, and no more");
  }
}

}  // namespace

const Check wide_relay_net = {
    .kind = {"RR402", "wide-relay-net", Severity::warning},
    .summary = "a public network wider than a /24, or than a /48 of IPv6, may relay",
    .rationale =
        "Whoever has an address in this network sends through this server to anywhere. A /24 is what one office has, "
        "and a /48 of IPv6; a wider public network is mostly a provider's, with thousands of strangers and their "
        "infected machines in it.\n"
        "List the addresses that are yours. If the whole network is, say so once for all, in .relayrules.toml: "
        "'wide-relay-net-ipv4 = 22' (or '-ipv6') under '[thresholds]' is the prefix length of the widest network that "
        "is fine.",
    .bad = {"tcp.smtp", "198.41.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "198.41.0.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
