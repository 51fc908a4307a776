// conflicting-files: hosts.deny refuses whom hosts.allow has let in already. Exact.
#include <fmt/format.h>

#include "lint/check.hpp"
#include "lint/conflicts.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check conflicting_files;
const Check conflicting_files = {
    .kind = {"RR212", "conflicting-files", Severity::warning},
    .summary = "a rule of hosts.deny whose clients hosts.allow has answered",
    .rationale =
        "libwrap reads hosts.allow first, and asks hosts.deny only about clients that no rule there is about. With "
        "'ALL : 10.' in hosts.allow, 'ALL : 10.0.0.5' in\n"
        "hosts.deny refuses nobody. Programs that add attackers to hosts.deny do so in vain while hosts.allow opens "
        "the service to all.\n"
        "Write the exception into hosts.allow, above the rule: 'ALL : 10.0.0.5 : deny'. Checked where both files of a "
        "folder are given.\n",
    .bad = {},
    .good = {},
    .formats = "hosts_access",
    .policy = run,
};

namespace {

void run(const PolicyFacts& facts, Findings& findings) {
  for (const Conflict& conflict : find_conflicts(facts)) {
    const Rule& rule = facts.rule(conflict.rule);
    const Rule& above = facts.rule(conflict.above);
    if (in_one_file(facts, rule, above)) continue;
    const std::string client = conflict.client ? format_address(*conflict.client) : "each of them";
    findings
        .add(conflicting_files.kind, rule.peer_span,
             fmt::format("{} {}: hosts.allow answers for every one of these clients", quoted(facts.peer_text(rule)),
                         what_never_happens(rule, above)))
        .with_help(fmt::format("{} already matches {}; write the exception above that rule", client,
                               quoted(facts.peer_text(above))))
        .with_related(above.span, "this rule is asked first");
  }
}

}  // namespace
}  // namespace relayrules::checks
