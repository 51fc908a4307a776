#include "lint/checks/registry.hpp"

const core::Check core::checks::variable_on_deny = {
    .kind = {"RR506", "variable-on-deny", Severity::note},
    .summary = "a variable on a rule that refuses the client",
    .rationale =
        "tcpserver drops a refused connection at once. No program starts, so nobody sees the variable. Where it was to "
        "be a message to the client (RBLSMTPD=\"-go away\"), the rule must allow: rblsmtpd then talks to the client "
        "and refuses the mail.",
    .bad = {"tcp.smtp", "10.1.1.1:deny,RBLSMTPD=\"-go away\"\n:allow\n"},
    .good = {"tcp.smtp", "10.1.1.1:allow,RBLSMTPD=\"-go away\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.denies_with_edits) {
            const Rule rule = facts.rule(index);
            const EnvEdit& edit = facts.policy.edits_of(rule).front();
            report_at(findings, variable_on_deny.kind, place_of(rule, edit.name_span),
                      fmt::format("{} is never seen: a refused connection is dropped before any program starts",
                                  quoted(edit.name())),
                      "write ':allow' where the next program is to refuse the client, or delete the variable");
          }
        },
};
