#include "lint/checks/registry.hpp"

const core::Check core::checks::comma_in_variable = {
    .kind = {"RR502", "comma-in-variable", Severity::warning},
    .summary = "a comma in the name of a variable belongs to it",
    .rationale =
        "The name of a variable goes up to the next '=', over commas too. In ',RELAYCLIENT,RBLSMTPD=\"\"' there is one "
        "variable, called 'RELAYCLIENT,RBLSMTPD', and neither of the two that were meant.\n"
        "Each variable needs its own =\"...\": ',RELAYCLIENT=\"\",RBLSMTPD=\"\"'.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT,RBLSMTPD=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\",RBLSMTPD=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const auto is_bad = [](std::string_view name) { return name.find(',') != std::string_view::npos; };
          for_each_bad_name(facts, is_bad, [&](const Rule& rule, const EnvEdit& edit) {
            const Span place = place_of(rule, edit.name_span);
            auto& finding = findings.add(
                comma_in_variable.kind, place,
                fmt::format("the variable is called {}, with the comma, and no program reads it", quoted(edit.name())));
            const std::string_view bare = trimmed(edit.name(), ", \t");
            if (bare.empty() || bare.find(',') != std::string_view::npos) {
              finding.help = "write ',NAME=\"value\"' for each variable";
              return;
            }
            finding.help = fmt::format("write one comma: ',{}='", bare);
            if (may_rename(facts, rule, edit, bare)) finding.with_fix(place, std::string(bare));
          });
        },
};
