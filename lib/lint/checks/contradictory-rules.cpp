// contradictory-rules: what a rule says of its clients was answered above, for all of them: below a rule for
// everybody, by several rules together, or by hosts.allow before hosts.deny is read. Exact.
#include "lint/checks/registry.hpp"
#include "lint/covered_rules.hpp"

namespace {

bool in_one_file(const PolicyFacts& facts, const Rule& a, const Rule& b) {
  return facts.sources.find(a.span().begin) == facts.sources.find(b.span().begin);
}

/// True when `wide` is about every daemon that `narrow` is about.
bool covers_services(const Policy& policy, const Rule& wide, const Rule& narrow) {
  if (wide.daemons() == 0 || wide.daemons() == narrow.daemons()) return true;
  const DaemonList& daemons = policy.daemons_of(wide);
  if (daemons.exceptions != 0 || !daemons.servers.empty()) return false;
  const auto& needed = policy.daemons_of(narrow).names;
  return !needed.empty() && std::all_of(needed.begin(), needed.end(), [&](const std::string& daemon) {
    return std::find(daemons.names.begin(), daemons.names.end(), daemon) != daemons.names.end();
  });
}

void check_below_all(const PolicyFacts& facts, Findings& findings) {
  if (facts.policy.is_by_key() && !facts.program.first_rule_decides) return;
  std::vector<std::uint32_t> closing;  // the catch-alls so far that hide others
  std::size_t next = 0;
  std::uint32_t reported_begin = UINT32_MAX;
  for (std::uint32_t index = facts.catch_alls.empty() ? 0 : facts.catch_alls.front(); index < facts.policy.rules.size();
       ++index) {
    const Rule rule = facts.rule(index);
    const auto hides = [&](std::uint32_t other) {
      return facts.rule(other).span().begin != rule.span().begin && in_one_file(facts, facts.rule(other), rule) &&
             covers_services(facts.policy, facts.rule(other), rule);
    };
    const auto hiding = std::find_if(closing.begin(), closing.end(), hides);
    if (hiding != closing.end() && rule.span().begin != reported_begin) {
      reported_begin = rule.span().begin;
      report_at(
          findings, contradictory_rules.kind, rule.span(),
          fmt::format("{} is never asked: a rule above it is for all clients", quoted(facts.sources.text(rule.span()))),
          "move the rule for all clients below it")
          .as_part("RR204")
          .with_related(facts.rule(*hiding).span(), "this one decides for every client");
    }
    if (next < facts.catch_alls.size() && facts.catch_alls[next] == index) {
      ++next;
      // a second rule for the same daemons hides nothing more
      if (rule.exceptions() == 0 && rule.info() == 0 && hiding == closing.end()) closing.push_back(index);
    }
  }
}

std::string_view what_never_happens(const Rule& rule, const Rule& above) {
  if (rule.access() == Access::deny) return "is never refused";
  return above.access() == Access::deny ? "is never let in" : "never gets what this rule sets";
}

/// `part`: Finding::part; `reason`: why the rule never takes effect; `advice` stands behind the name of the rule above.
void report_conflict(const PolicyFacts& facts, const CoveredRule& covered, std::string_view part,
                     std::string_view reason, std::string_view advice, Findings& findings) {
  const Rule rule = facts.rule(covered.rule);
  const Rule above = facts.rule(covered.above);
  const auto is_listed = [&](std::uint32_t i) { return !facts.policy.shown_pattern(i, {}).empty(); };
  const bool may_show = !is_listed(covered.rule) && !is_listed(covered.above);
  const std::string client = !covered.client ? "each of them"
                             : may_show      ? format_address(*covered.client)
                                             : "one of its clients";
  report_at(findings, contradictory_rules.kind, rule.pattern_span(),
            fmt::format("{} {}: {}", quoted(facts.pattern_text(rule)), what_never_happens(rule, above), reason),
            fmt::format("{} already matches {}; {}", client, quoted(facts.pattern_text(above)), advice))
      .as_part(part)
      .with_related(above.span(), "this rule is asked first");
}

void check_conflicts(const PolicyFacts& facts, Findings& findings) {
  for (const CoveredRule& covered : find_covered_rules(facts)) {
    if (covered.is_alike) continue;  // redundant-rule has it
    if (!in_one_file(facts, facts.rule(covered.rule), facts.rule(covered.above)))
      report_conflict(facts, covered, "RR212", "hosts.allow answers for every one of these clients",
                      "write the exception above that rule", findings);
    else if (!covered.is_below_all)  // else it has been said
      report_conflict(facts, covered, "", "rules above take every one of these clients",
                      "move this rule above it, or delete it", findings);
  }
}

}  // namespace

const core::Check core::checks::contradictory_rules = {
    .kind = {"RR211", "contradictory-rules", Severity::warning},
    .aliases = {{{"RR204", "unreachable-after-all"}, {"RR212", "conflicting-files"}}},
    .summary = "a rule whose clients rules above it answer, every one of them",
    .rationale =
        "hosts.allow and hosts.deny are read from the top, and the first rule that matches decides. An exception that "
        "stands below the rule from which it takes a client never takes effect: 'sshd : 10.' lets 10.1.2.3 in before "
        "'sshd : 10.1.2.3 : deny' is read, and below 'ALL : ALL', or below 'sshd : ALL' for sshd, nothing is ever "
        "asked. This is computed over all addresses and names, so that several rules above may share in it.\n"
        "libwrap asks hosts.deny only about clients that no rule of hosts.allow is about. With 'ALL : 10.' in "
        "hosts.allow, 'ALL : 10.0.0.5' in hosts.deny refuses nobody; programs that add attackers to hosts.deny do so "
        "in vain while hosts.allow opens the service to all. This is checked where both files of a folder are given.\n"
        "Move the narrower rule up, the rule for everybody to the end, and the exception into hosts.allow: "
        "'ALL : 10.0.0.5 : deny'. spamdyke reads tcp.smtp from the top as well; that is said with '--program "
        "spamdyke'.",
    .bad = {"hosts.allow", "sshd : 10. : allow\nsshd : 10.1.2.3 : deny\n"},
    .good = {"hosts.allow", "sshd : 10.1.2.3 : deny\nsshd : 10. : allow\n"},
    .needs = Traits::clients,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          check_below_all(facts, findings);
          check_conflicts(facts, findings);
        },
};
