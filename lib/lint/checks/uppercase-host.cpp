#include "lint/checks/registry.hpp"

const core::Check core::checks::uppercase_host = {
    .kind = {"RR308", "uppercase-host", Severity::warning},
    .summary = "a host name with capital letters matches nobody",
    .rationale =
        "tcpserver turns the name of a client into lower case before it looks it up; the text of a rule stays as it "
        "was written. A rule for '=.Example.NET' is never found.\n"
        "Write the name in lower case.",
    .bad = {"tcp.smtp", "=.Example.NET:deny\n:allow\n"},
    .good = {"tcp.smtp", "=.example.net:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::uppercase_host)) {
            const Rule rule = facts.rule(index);
            const std::string_view text = facts.pattern_text(rule);
            // what ident says is compared as it is; only the name behind the "=" is in lower case
            const std::size_t equals = text.find('=');
            const std::string repaired = std::string(text.substr(0, equals)) + in_lower_case(text.substr(equals));
            auto& finding = report_rule(facts, findings, rule, uppercase_host.kind,
                                        "{} can never match a client: names are looked up in lower case");
            finding.with_help(fmt::format("write {}", quoted(repaired)));
            if (!facts.relays_by(rule)) finding.with_fix(rule.pattern_span(), repaired);
          }
        },
};
