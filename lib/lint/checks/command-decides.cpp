#include "lint/checks/registry.hpp"

const core::Check core::checks::command_decides = {
    .kind = {"RR436", "command-decides", Severity::note},
    .summary = "whether a client is let in is what a command answers",
    .rationale =
        "With aclexec libwrap runs a command and takes its exit code for an answer. When the command says no, libwrap "
        "behaves as if the rest of this file were not there: after hosts.allow it asks hosts.deny, and whom nothing "
        "refuses there is let in, which the manual does not say. In hosts.deny a no lets the client in at once. Nobody "
        "can tell from the files what a command answers: relayrules takes it for a yes.\n"
        "End hosts.deny with 'ALL : ALL', so that a no is a no.",
    .bad = {"hosts.allow", "sshd : ALL : aclexec /usr/local/bin/check %a\n"},
    .good = {"hosts.allow", "sshd : 10.1. : allow\n"},
    .needs = Traits::daemons,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const RuleOption& option : facts.policy.options) {
            if (option.keyword != "aclexec") continue;
            report_at(findings, command_decides.kind, option.span,
                      "this command decides who is let in; whom it refuses is let in all the same if hosts.deny does "
                      "not refuse him",
                      "end hosts.deny with 'ALL : ALL'");
          }
        },
};
