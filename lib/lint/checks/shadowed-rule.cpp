// shadowed-rule: longer prefixes take every address of a prefix.
#include <fmt/format.h>

#include "lint/check.hpp"
#include "lint/shadows.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check shadowed_rule;
const Check shadowed_rule = {
    .kind = {"RR205", "shadowed-rule", Severity::warning},
    .summary = "a rule decides for no client, because more specific rules cover all of it",
    .rationale =
        "tcpserver asks for the longest prefix first. Where longer prefixes and full addresses have rules for every "
        "address of a shorter one, the shorter\n"
        "one is never asked. Its verdict and its variables hold for nobody.\n"
        "Delete the rule, or one of the others if that is the one that went wrong.\n",
    .bad = {"tcp.smtp", "10.1.2.:deny\n10.1.2.0-99:allow\n10.1.2.100-255:allow\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.:deny\n10.1.2.0-99:allow\n:allow\n"},
    .formats = "tcprules",
    .policy = run,
};

namespace {

void run(const PolicyFacts& facts, Findings& findings) {
  for (const ShadowedRule& shadowed : find_shadowed_rules(facts)) {
    const Rule& rule = facts.rule(shadowed.rule);
    auto& finding = findings.add(shadowed_rule.kind, rule.peer_span,
                                 fmt::format("{} decides for no client: more specific rules have every address of it",
                                             quoted(facts.peer_text(rule))));
    finding.with_help("delete this rule, or the one that is not meant");
    for (const std::uint32_t other : shadowed.by) finding.with_related(facts.rule(other).peer_span, "asked before it");
  }
}

}  // namespace
}  // namespace relayrules::checks
