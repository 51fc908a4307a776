#include "lint/checks/registry.hpp"

const core::Check core::checks::rbl_off_for_all = {
    .kind = {"RR508", "rbl-off-for-all", Severity::warning},
    .summary = "blocklists are switched off for all clients that no other rule is about",
    .rationale =
        "RBLSMTPD=\"\" tells rblsmtpd to ask no blocklist about the client. On the rule for everybody else it makes "
        "rblsmtpd useless: nobody unknown is ever checked. It is meant for the few partners that a blocklist lists by "
        "mistake.\n"
        "Take it off the last rule, and give it to those addresses.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow,RBLSMTPD=\"\"\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const std::optional<Rule> rule = facts.catch_all();
          if (!rule || rule->access() != Access::allow) return;
          const EnvEdit* edit = find_edit(facts.policy.edits_of(*rule), "RBLSMTPD");
          if (edit == nullptr || !edit->value().empty()) return;
          report_at(findings, rbl_off_for_all.kind, place_of(*rule, edit->name_span),
                    "no client that no other rule is about is ever checked against a blocklist",
                    "leave RBLSMTPD out here, and set it for the addresses that must not be checked");
        },
};
