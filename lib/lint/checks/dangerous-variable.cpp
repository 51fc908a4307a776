#include "lint/checks/registry.hpp"

const core::Check core::checks::dangerous_variable = {
    .kind = {"RR504", "dangerous-variable", Severity::error},
    .summary = "a variable that decides which code the server runs",
    .rationale =
        "The environment of a rule is that of the server program and of everything it starts, often as root. PATH, "
        "LD_PRELOAD, BASH_ENV, PERL5LIB and the like decide which files are executed or loaded: whoever can write "
        "there takes over the server. An access rule is no place for that.\n"
        "Set such variables in the script that starts the server.",
    .bad = {"tcp.smtp", "10.:allow,PATH=\"/tmp/bin\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for_each_bad_name(facts, is_dangerous_variable, [&](const Rule& rule, const EnvEdit& edit) {
            report_at(findings, dangerous_variable.kind, place_of(rule, edit.name_span),
                      fmt::format("{} decides which code the server runs for these clients", quoted(edit.name())),
                      "set it in the script that starts the server, if at all");
          });
        },
};
