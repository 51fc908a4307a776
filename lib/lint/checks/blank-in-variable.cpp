#include "lint/checks/registry.hpp"

const core::Check core::checks::blank_in_variable = {
    .kind = {"RR501", "blank-in-variable", Severity::warning},
    .summary = "a blank in the name of a variable belongs to it",
    .rationale =
        "Everything from the ',' to the '=' is the name of the variable, blanks included. ', RELAYCLIENT=\"\"' sets a "
        "variable that is called ' RELAYCLIENT', which no program reads: these clients do not relay.\n"
        "Write no blank behind the comma or before the '='.",
    .bad = {"tcp.smtp", "127.:allow, RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::literal,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const auto is_bad = [](std::string_view name) {
            return name.find_first_of(" \t") != std::string_view::npos && name.find(',') == std::string_view::npos;
          };
          for_each_bad_name(facts, is_bad, [&](const Rule& rule, const EnvEdit& edit) {
            const std::string_view bare = trimmed(edit.name());
            const bool inside = bare.find_first_of(" \t") != std::string_view::npos;
            auto& finding = findings.add(
                blank_in_variable.kind, place_of(rule, edit.name_span),
                fmt::format("the variable is called {}, with the blank, and no program reads it", quoted(edit.name())));
            if (inside || bare.empty()) {
              finding.help = "write ',NAME=\"value\"' for each variable, without blanks";
              return;
            }
            finding.help = fmt::format("write ',{}='", bare);
            if (may_rename(facts, rule, edit, bare))
              finding.with_fix(place_of(rule, edit.name_span), std::string(bare));
          });
        },
};
