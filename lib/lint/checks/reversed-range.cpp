#include "lint/checks/registry.hpp"

const core::Check core::checks::reversed_range = {
    .kind = {"RR311", "reversed-range", Severity::warning},
    .summary = "a range that ends before it begins stands for no address",
    .rationale =
        "tcprules expands a range from its first number to its second. Where the second is smaller there is nothing to "
        "write: the rule vanishes, and the exit code is 0.\n"
        "Put the smaller number first.",
    .bad = {"tcp.smtp", "10.1.1.20-10:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.1.1.10-20:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::reversed_range)) {
            const Rule rule = facts.rule(index);
            const RawKey raw = *rule.get_if<RawKey>();
            const std::string repaired = fmt::format("{}{}-{}{}", raw.text.substr(0, raw.hole_begin), raw.high, raw.low,
                                                     raw.text.substr(raw.hole_end));
            report_rule(facts, findings, rule, reversed_range.kind,
                        "{} stands for no address: the range ends before it begins, and tcprules drops the rule")
                .with_help(fmt::format("write '{}'", repaired))
                .with_fix(rule.pattern_span(), repaired);
          }
        },
};
