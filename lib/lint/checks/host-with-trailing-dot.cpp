#include "lint/checks/registry.hpp"

const core::Check core::checks::host_with_trailing_dot = {
    .kind = {"RR307", "host-with-trailing-dot", Severity::warning},
    .summary = "a host name with a dot at its end matches nobody",
    .rationale =
        "A dot at the end of a name is the custom of zone files. tcpserver looks names up without it, so such a rule "
        "is never found.\n"
        "Write '=mail.example.com'.",
    .bad = {"tcp.smtp", "=mail.example.com.:deny\n:allow\n"},
    .good = {"tcp.smtp", "=mail.example.com:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::host_trailing_dot)) {
            const Rule rule = facts.rule(index);
            const std::string_view text = facts.pattern_text(rule);
            const std::string repaired(trimmed_right(text, "."));
            auto& finding = report_rule(facts, findings, rule, host_with_trailing_dot.kind,
                                        "{} can never match a client: names are looked up without a '.' at the end");
            if (repaired.size() > 1) finding.with_help(fmt::format("write {}", quoted(repaired)));
            if (repaired.size() > 1 && !facts.relays_by(rule)) finding.with_fix(rule.pattern_span(), repaired);
          }
        },
};
