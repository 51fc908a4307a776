#include "lint/checks/registry.hpp"

const core::Check core::checks::misspelt_variable = {
    .kind = {"RR503", "misspelt-variable", Severity::warning},
    .summary = "a variable whose name is nearly a well-known one",
    .rationale =
        "A program reads the variables that it knows, by their exact names in capital letters. RELAY_CLIENT, "
        "RELAYCLEINT and relayclient set something that nobody reads: the clients do not relay, are not scanned, or "
        "are not kept from the blocklists.\n"
        "Write the name as the program has it. A name of your own that is near a known one by intent can be allowed.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const auto is_bad = [](std::string_view name) {
            return name.find_first_of(", \t") == std::string_view::npos && !meant_variable(name).empty();
          };
          for_each_bad_name(facts, is_bad, [&](const Rule& rule, const EnvEdit& edit) {
            const Span place = place_of(rule, edit.name_span);
            const std::string_view meant = meant_variable(edit.name());
            auto& finding = findings.add(
                misspelt_variable.kind, place,
                fmt::format("{} is read by no program: {} is meant, it seems", quoted(edit.name()), quoted(meant)));
            finding.with_help(fmt::format("write {}", meant));
            if (may_rename(facts, rule, edit, meant)) finding.with_fix(place, std::string(meant));
          });
        },
};
