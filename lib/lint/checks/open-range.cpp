#include "lint/checks/registry.hpp"

const core::Check core::checks::open_range = {
    .kind = {"RR313", "open-range", Severity::warning},
    .summary = "a range with only one end",
    .rationale =
        "A missing number counts as 0. So '1.2.3.-5' is .0 to .5, which is perhaps meant, and '1.2.3.5-' is a range "
        "from 5 to 0: it stands for nothing, and tcprules drops the rule in silence.\n"
        "Write both ends.",
    .bad = {"tcp.smtp", "10.1.1.5-:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.1.1.5-255:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::open_range)) {
            report_rule(facts, findings, facts.rule(index), open_range.kind,
                        "{} stands for no address: a range without an upper end goes up to 0")
                .with_help("write both ends, for instance '5-255'");
          }
          for (const std::uint32_t index : facts.ranges) {
            const Rule rule = facts.rule(index);
            const auto octets = rule.get_if<OctetRange>();
            if (!octets || octets->low != 0) continue;
            const std::string_view text = facts.pattern_text(rule);
            const std::size_t dash = text.find('-');
            const bool open = dash == 0 || (dash != std::string_view::npos && text[dash - 1] == '.');
            if (!open) continue;
            report_rule(facts, findings, rule, open_range.kind, "{} begins at 0: a missing end of a range counts as 0")
                .with_help(fmt::format("write '{}' if that is meant", format_pattern(rule.pattern())))
                .with_fix(rule.pattern_span(), format_pattern(rule.pattern()));
          }
        },
};
