#include "lint/checks/registry.hpp"
#include "lint/covered_rules.hpp"
#include "lint/needless_rules.hpp"
#include "lint/redundancy.hpp"

namespace {

std::string name_of(std::string_view pattern) {
  return pattern.empty() ? "the rule for everybody else" : quoted(pattern);
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
  const auto words = [place = rule.pattern_span(), instead = next.pattern_span()](const Sources& sources) {
    return fmt::format("{} changes nothing: without it {} decides its clients in the same way",
                       quoted(sources.text(place)), name_of(sources.text(instead)));
  };
  findings.add(redundant_rule.kind, rule.pattern_span(), words)
      .with_help("delete this rule")
      .with_related(next.pattern_span().size() == 0 ? next.span() : next.pattern_span(), "this one would decide");
}

/// A pattern of hosts.allow or hosts.deny that changes nothing because of rule `other`.
void report_pattern(const PolicyFacts& facts, std::uint32_t index, std::uint32_t other, std::string_view reason,
                    std::string_view related, Findings& findings) {
  const Rule rule = facts.rule(index);
  const auto stands_at = [&](std::uint32_t i) {
    return i < facts.policy.rules.size() && facts.rule(i).span().begin == rule.span().begin;
  };
  const bool is_listed = stands_at(index + 1) || (index != 0 && stands_at(index - 1));
  auto& finding =
      findings.add(redundant_rule.kind, rule.pattern_span(),
                   fmt::format("{} changes nothing: {}",
                               facts.policy.shown_pattern(index, quoted(facts.pattern_text(rule))), reason));
  finding.with_help(is_listed ? "take it out of the list" : "delete this line")
      .with_related(facts.rule(other).pattern_span(), std::string(related));
}

void check_first_match(const PolicyFacts& facts, Findings& findings) {
  std::vector<bool> is_gone(facts.policy.rules.size());
  for (const CoveredRule& covered : find_covered_rules(facts)) {
    is_gone[covered.rule] = true;
    if (covered.is_alike && !covered.is_below_all)
      report_pattern(facts, covered.rule, covered.above, "rules above take every one of these clients already",
                     "this one is asked first", findings);
  }
  for (const NeedlessRule& needless : find_needless_rules(facts, is_gone))
    report_pattern(facts, needless.rule, needless.instead, "without it rules below decide its clients in the same way",
                   "this one would decide", findings);
}

void check_redundant_rule(const PolicyFacts& facts, Findings& findings) {
  if (!facts.policy.is_by_key() || facts.program.first_rule_decides) return check_first_match(facts, findings);
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
        "In hosts.allow and hosts.deny a pattern is meant whose clients rules above take already, or rules below would "
        "decide alike: '10.1.2.3' beside '10.1.' in one list. The two files are looked at together.\n"
        "Delete the rule, or repair it where something else was meant. All rules that are found so can go together.",
    .bad = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"\"\n10.1.2.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::clients,
    .policy = check_redundant_rule,
};
