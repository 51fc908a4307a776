#include "lint/checks/registry.hpp"
#include "lint/redundancy.hpp"

namespace {

std::string name_of(const PolicyFacts& facts, const Rule& rule) {
  const std::string_view text = facts.pattern_text(rule);
  return text.empty() ? "the rule for everybody else" : quoted(text);
}

void report(const PolicyFacts& facts, const RedundantRule& redundant, Findings& findings) {
  const Rule rule = facts.rule(redundant.rule);
  if (!redundant.instead) {
    report_rule(facts, findings, rule, redundant_rule.kind,
                "{} changes nothing: without it no rule is about its clients, and tcpserver lets them in alike")
        .with_help("delete this rule");
    return;
  }
  const Rule next = facts.rule(*redundant.instead);
  report_rule(facts, findings, rule, redundant_rule.kind,
              "{} changes nothing: without it {} decides its clients in the same way", name_of(facts, next))
      .with_help("delete this rule")
      .with_related(next.pattern_span().size() == 0 ? next.span() : next.pattern_span(), "this one would decide");
}

void check_redundant_rule(const PolicyFacts& facts, Findings& findings) {
  if (decides_alike(facts)) return;  // catch-all-decides-all says it once for all rules
  for (const RedundantRule& redundant : find_redundant_rules(facts)) report(facts, redundant, findings);
}

}  // namespace

const core::Check core::checks::redundant_rule = {
    .kind = {"RR206", "redundant-rule", Severity::note},
    .summary = "a rule without which every client would fare the same",
    .rationale =
        "What tcpserver would ask next about the clients of this rule decides them in the same way, with the same "
        "variables. The rule does no harm, but who reads it believes that it does something, and the wider rule cannot "
        "be changed without thinking of it. This is computed for all addresses, names and answers of ident, not by "
        "comparing lines.\n"
        "Delete the rule, or repair it where something else was meant. All rules that are found so can go together.",
    .bad = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"\"\n10.1.2.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_redundant_rule,
};
