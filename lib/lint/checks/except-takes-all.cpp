#include "lint/checks/registry.hpp"
#include "lint/pattern_overlap.hpp"

const core::Check core::checks::except_takes_all = {
    .kind = {"RR340", "except-takes-all", Severity::warning},
    .summary = "what stands behind EXCEPT covers all that stands before it",
    .rationale =
        "'10.1. EXCEPT 10.' first names a network and then takes all of it away: the rule is for nobody. The smaller "
        "network stands behind EXCEPT, the larger one in front: '10. EXCEPT 10.1.' is all of 10. but 10.1.",
    .bad = {"hosts.allow", "sshd : 10.1. EXCEPT 10.\n"},
    .good = {"hosts.allow", "sshd : 10. EXCEPT 10.1.\n"},
    .needs = Traits::daemons,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const Rule rule : facts.policy.rules) {
            const ExceptionList& list = facts.policy.exception_lists[rule.exceptions()];
            if (list.exceptions != 0) continue;
            for (std::size_t i = 0; i < list.patterns.size(); ++i) {
              const bool has_user = !list.infos.empty() && list.infos[i] != 0;
              if (has_user || i >= list.spans.size() || !is_within(rule.pattern(), list.patterns[i])) continue;
              report_rule(facts, findings, rule, except_takes_all.kind,
                          "{} matches nobody: {} behind EXCEPT takes all of it away",
                          quoted(facts.sources.text(list.spans[i])))
                  .with_help("what is larger stands in front of EXCEPT, what is not meant behind it");
              break;
            }
          }
        },
};
