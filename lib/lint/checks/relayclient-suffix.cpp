#include "lint/checks/registry.hpp"

const core::Check core::checks::relayclient_suffix = {
    .kind = {"RR406", "relayclient-suffix", Severity::warning},
    .summary = "RELAYCLIENT has a value, which is appended to every recipient",
    .rationale =
        "qmail-smtpd appends the value of RELAYCLIENT to each recipient. RELAYCLIENT=\"yes\" makes joe@example.com "
        "into joe@example.comyes, and the mail bounces. A value such as \"@fixme\" was once used to send outgoing mail "
        "through a virtual domain that repairs it; it is right only where control/virtualdomains has that domain.\n"
        "Write RELAYCLIENT=\"\" to let clients relay.",
    .bad = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"@fixme\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          // those that were to say no are for relay-by-value
          const auto is_bad = [](std::string_view value) { return !is_word_for_off(value); };
          for_each_relayclient_value(facts, is_bad, [&](const Rule& rule, const EnvEdit& edit) {
            findings
                .add(relayclient_suffix.kind, place_of(rule, edit.value_span),
                     fmt::format("{} is appended to every recipient of these clients: joe@example.com becomes {}",
                                 quoted(edit.value()), quoted("joe@example.com" + std::string(edit.value()))))
                // no fix: there are servers that do rewrite such recipients
                .with_help("write RELAYCLIENT=\"\" to let these clients relay");
          });
        },
};
