#include "lint/checks/registry.hpp"

namespace {

/// The first refusal of names by their end.
std::optional<Rule> first_refusal(const PolicyFacts& facts) {
  for (const std::uint32_t index : facts.names) {
    const Rule rule = facts.rule(index);
    if (rule.access() == Access::deny && rule.info() == 0 && !rule.is<HostName>()) return rule;
  }
  return std::nullopt;
}

bool is_of_public_addresses(const PolicyFacts& facts, const Rule& rule) {
  const std::vector<Range> ranges = ranges_of(rule.pattern());
  return rule.info() == 0 && facts.effect(rule.index()) != 0 &&
         std::any_of(ranges.begin(), ranges.end(), [](const Range& range) { return public_addresses_in(range) != 0; });
}

/// Of `rules` the first that lets public addresses in.
std::optional<Rule> first_open(const PolicyFacts& facts, const std::vector<std::uint32_t>& rules) {
  for (const std::uint32_t index : rules) {
    const Rule rule = facts.rule(index);
    if (rule.access() == Access::allow && is_of_public_addresses(facts, rule)) return rule;
  }
  return std::nullopt;
}

void check_host_rule_behind_address(const PolicyFacts& facts, Findings& findings) {
  const std::optional<Rule> refusal = first_refusal(facts);
  if (!refusal) return;
  const std::optional<Rule> relaying = first_open(facts, facts.relays);
  const std::optional<Rule> hiding = relaying ? relaying : first_open(facts, facts.nets);
  if (!hiding) return;
  auto& finding = findings.add(
      host_rule_behind_address.kind, refusal->pattern_span(),
      fmt::format("{} refuses nobody whose address {} is about: addresses are asked before the ends of names, and that "
                  "rule {}",
                  quoted(facts.pattern_text(*refusal)), quoted(facts.pattern_text(*hiding)),
                  relaying ? "lets them send to any domain" : "lets them in"));
  if (relaying.has_value()) finding.severity = Severity::warning;
  finding.with_help("refuse the addresses as well, or take back what the address rule gives")
      .with_related(hiding->pattern_span(), "this one is asked first");
}

}  // namespace

const core::Check core::checks::host_rule_behind_address = {
    .kind = {"RR208", "host-rule-behind-address", Severity::note},
    .summary = "a refusal by name that an address rule hides",
    .rationale =
        "tcpserver asks for a client's address and all prefixes of it before it asks for '=.example.com' or '='; only "
        "a whole name, '=host.example.com', comes before prefixes. A client that is refused by the end of its name "
        "comes in all the same where a rule lets its address in, and may send to any domain where that rule lets it "
        "relay.\n"
        "It is a warning when public addresses may relay by such a rule. Refuse the addresses as well, or take back "
        "what the address rule gives.",
    .bad = {"tcp.smtp", "198.41.0.:allow,RELAYCLIENT=\"\"\n=.dialup.example.net:deny\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n=.dialup.example.net:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_host_rule_behind_address,
};
