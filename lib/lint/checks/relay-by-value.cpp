#include "lint/checks/registry.hpp"

const core::Check core::checks::relay_by_value = {
    .kind = {"RR405", "relay-by-value", Severity::error},
    .summary = "RELAYCLIENT has a value that was to switch relaying off",
    .rationale =
        "qmail-smtpd only looks whether RELAYCLIENT is there. With any value the client may relay, and the value is "
        "appended to every recipient: with RELAYCLIENT=\"no\", mail to joe@example.com goes to joe@example.comno.\n"
        "To let a client not relay leave the variable out.",
    .bad = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"no\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for_each_relayclient_value(facts, is_word_for_off, [&](const Rule& rule, const EnvEdit& edit) {
            report_at(findings, relay_by_value.kind, place_of(rule, edit.value_span),
                      fmt::format("RELAYCLIENT={} lets these clients relay, and {} is appended to every recipient",
                                  quoted(edit.value()), quoted(edit.value())),
                      "leave RELAYCLIENT out where clients may not relay");
          });
        },
};
