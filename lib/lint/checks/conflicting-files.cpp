// conflicting-files: hosts.deny refuses whom hosts.allow has let in already. Exact.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/conflicts.hpp"

const core::Check core::checks::conflicting_files = {
    .kind = {"RR212", "conflicting-files", Severity::warning},
    .summary = "a rule of hosts.deny whose clients hosts.allow has answered",
    .rationale =
        "libwrap reads hosts.allow first, and asks hosts.deny only about clients that no rule there is about. With "
        "'ALL : 10.' in hosts.allow, 'ALL : 10.0.0.5' in hosts.deny refuses nobody. Programs that add attackers to "
        "hosts.deny do so in vain while hosts.allow opens the service to all.\n"
        "Write the exception into hosts.allow, above the rule: 'ALL : 10.0.0.5 : deny'. Checked where both files of a "
        "folder are given.",
    .bad = {},
    .good = {},
    .formats = "hosts_access",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const Conflict& conflict : find_conflicts(facts)) {
            if (in_one_file(facts, facts.rule(conflict.rule), facts.rule(conflict.above))) continue;
            report_conflict(facts, conflict,
                            {conflicting_files.kind, "hosts.allow answers for every one of these clients",
                             "write the exception above that rule"},
                            findings);
          }
        },
};
