#include "lint/checks/registry.hpp"

namespace {

/// Octet prefixes and the rules that have them, the first one each.
std::unordered_map<std::uint64_t, std::uint32_t> dotted_rules(const PolicyFacts& facts) {
  std::unordered_map<std::uint64_t, std::uint32_t> rules;
  for (const std::uint32_t index : facts.nets)
    if (facts.rule(index).info() == 0 && !facts.rule(index).is<CidrNetwork>())
      for_each_octet_prefix(facts.rule(index).pattern(),
                            [&](const Prefix& key) { rules.emplace(octet_key(key), index); });
  return rules;
}

bool do_the_same(const Rule& a, const Rule& b) {
  const bool refuse = a.access() == Access::deny && b.access() == Access::deny;
  return refuse || a.outcome_index() == b.outcome_index();
}

void report(const PolicyFacts& facts, const Rule& rule, const Rule& dotted, Findings& findings) {
  report_rule(facts, findings, rule, dotted_beats_cidr.kind,
              "{} decides for no client: ucspi-tcp6 asks for {} first, though it is wider",
              quoted(facts.pattern_text(dotted)))
      .with_help("write both rules in one spelling")
      .with_related(dotted.pattern_span(), "this rule is asked first");
}

void check_dotted_beats_cidr(const PolicyFacts& facts, Findings& findings) {
  if (!facts.program.octets_before_networks || facts.found_by(DeadKey::cidr).empty()) return;
  const auto dotted = dotted_rules(facts);
  for (const std::uint32_t index : facts.found_by(DeadKey::cidr)) {
    const Rule rule = facts.rule(index);
    const auto network = parse_network(facts.pattern_text(rule));
    if (!network) continue;
    for (unsigned bits = network->bits / 8U * 8U; bits >= 8; bits -= 8) {
      const auto found = dotted.find(octet_key(make_prefix(network->base, bits)));
      if (found == dotted.end()) continue;
      if (!do_the_same(rule, facts.rule(found->second))) report(facts, rule, facts.rule(found->second), findings);
      break;
    }
  }
}

}  // namespace

const core::Check core::checks::dotted_beats_cidr = {
    .kind = {"RR330", "dotted-beats-cidr", Severity::warning},
    .summary = "a wider rule with a dot decides before a network with a slash",
    .rationale =
        "ucspi-tcp6 asks for all prefixes with dots first, down to one number, and only then for networks with a "
        "slash. Its manual says that the longest one counts, but it does not across the two spellings: with "
        "'10.1.:deny' no client of 10.1.2.0/24 ever meets '10.1.2.0/24:allow'.\n"
        "Write both rules in one spelling.",
    .bad = {"tcp.smtp", "10.1.2.0/24:allow\n10.1.:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.:allow\n10.1.:deny\n:allow\n"},
    .needs = Traits::keys | Traits::literal,
    .policy = check_dotted_beats_cidr,
    .example_context = {.program = Program::ucspi_tcp6},
};
