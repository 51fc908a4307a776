#include "lint/checks/registry.hpp"

const core::Check core::checks::everyone_allowed = {
    .kind = {"RR407", "everyone-allowed", Severity::warning},
    .summary = "one rule lets every client use every service",
    .rationale =
        "'ALL : ALL' in hosts.allow, or with the option allow, lets everybody in to everything that libwrap guards, "
        "and what stands in hosts.deny is never asked. Mostly it is left from a test, or from FreeBSD, whose own file "
        "begins with it: who writes rules below must delete it first.\n"
        "Name the services that are open to all, and refuse the rest with 'ALL : ALL' in hosts.deny.",
    .bad = {"hosts.allow", "ALL : ALL : allow\n"},
    .good = {"hosts.allow", "sshd : ALL : allow\n"},
    .needs = Traits::daemons,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.catch_alls) {
            const Rule rule = facts.rule(index);
            if (rule.access() != Access::allow || rule.daemons() != 0 || rule.exceptions() != 0 || rule.info() != 0)
              continue;
            report_at(
                findings, everyone_allowed.kind, rule.span(),
                "every client may use every service: nothing below this rule, nor in hosts.deny, is asked any more",
                "delete this rule; a service that is open to all has a rule of its own: 'sshd : ALL'");
          }
        },
};
