// contradictory-rules: what a rule says of its clients was said otherwise above, for all of them. Exact.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/conflicts.hpp"

const core::Check core::checks::contradictory_rules = {
    .kind = {"RR211", "contradictory-rules", Severity::warning},
    .summary = "a rule that rules above it contradict for every one of its clients",
    .rationale =
        "hosts.allow and hosts.deny are read from the top, and the first rule that matches decides. An exception that "
        "stands below the rule from which it takes a client never takes effect: 'sshd : 10.' lets 10.1.2.3 in before "
        "'sshd : 10.1.2.3 : deny' is read.\n"
        "This is computed over all addresses and names, so that several rules above may share in it.\n"
        "Move the narrower rule up, or delete it.",
    .bad = {"hosts.allow", "sshd : 10. : allow\nsshd : 10.1.2.3 : deny\n"},
    .good = {"hosts.allow", "sshd : 10.1.2.3 : deny\nsshd : 10. : allow\n"},
    .formats = "hosts_access",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const Conflict& conflict : find_conflicts(facts)) {
            // unreachable-after-all and conflicting-files have the better word on these
            const bool in_one = in_one_file(facts, facts.rule(conflict.rule), facts.rule(conflict.above));
            if (conflict.is_below_all || !in_one) continue;
            report_conflict(facts, conflict,
                            {contradictory_rules.kind, "rules above take every one of these clients",
                             "move this rule above it, or delete it"},
                            findings);
          }
        },
};
