// wide-relay-net: a relay network of public addresses that is wider than a /24, or a /48 of IPv6; settings may say
// otherwise. A whole class A network ("1." where "10." was meant) is said in other words, whatever the settings are.
#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"

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

/// Which strangers may relay by rule `index`; empty when they are no more than the thresholds allow.
Words who_may_relay(const PolicyFacts& facts, std::uint32_t index, const PublicReach& reach) {
  const Span place = facts.rule(index).pattern_span();
  if (reach.whole_class || reach.addresses > std::uint64_t{1} << (32U - facts.context.thresholds.wide_relay_net_ipv4))
    return [place, count = reach.addresses, whole_class = reach.whole_class](const Sources& sources) {
      return fmt::format("{} lets {} public addresses relay{}", quoted(sources.text(place)), with_commas(count),
                         whole_class ? ", whoever they belong to" : "");
    };
  if (facts.octet_key(index) != 0) return {};
  // open-relay has a word on those that are wider still
  if (is_too_wide_to_own(public_part_of(facts.rule(index).pattern()))) return {};
  const auto bits = widest_ipv6_net(facts.rule(index).pattern());
  if (!bits || *bits >= facts.context.thresholds.wide_relay_net_ipv6) return {};
  return [place, bits = *bits](const Sources& sources) {
    return fmt::format("{} lets a whole /{} of public IPv6 addresses relay", quoted(sources.text(place)), bits);
  };
}

const char* help_for_class(std::string_view text, bool has_ranges) {
  if (text.starts_with("172"))
    return has_ranges ? "the private addresses there are '172.16-31.'" : "the private network there is '172.16.0.0/12'";
  if (text.starts_with("192")) return "the private addresses there are '192.168.'";
  return text == "1." ? "write '10.' if that is meant" : "write the network that is yours";
}

void check_wide_relay_net(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    const PublicReach reach = public_reach(facts, index, 1);
    Words words = who_may_relay(facts, index, reach);
    if (words.empty()) continue;
    const Rule rule = facts.rule(index);
    const std::string_view text = facts.pattern_text(rule);
    auto& finding = findings.add(wide_relay_net.kind, rule.pattern_span(), std::move(words));
    finding.as_part(reach.whole_class ? "RR403" : "").help = reach.whole_class
                                                                 ? help_for_class(text, facts.policy.is_by_key())
                                                                 : "list the addresses that are yours, and no more";
  }
}

}  // namespace

const core::Check core::checks::wide_relay_net = {
    .kind = {"RR402", "wide-relay-net", Severity::warning},
    .aliases = {{{"RR403", "relay-whole-class"}}},
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
    .needs = Traits::environment,
    .policy = check_wide_relay_net,
};
