#include "lint/checks/registry.hpp"

const core::Check core::checks::prefix_without_dot = {
    .kind = syntax::prefix_without_dot,
    .summary = "an address that is cut short has no final dot and matches nobody",
    .rationale =
        "tcpserver asks for the full address, then for '192.168.1.', '192.168.' and '192.', always with the dot. A "
        "rule for '192.168.1' is stored under a key that is never asked: it denies nobody and lets nobody relay. "
        "tcprules says nothing.\n"
        "libwrap matches '192.168.1' with nobody as well.\n"
        "Write the dot: '192.168.1.' stands for 192.168.1.0 - 192.168.1.255.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n192.168.1:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::clients,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::prefix_without_dot)) {
            const Rule rule = facts.rule(index);
            const std::string_view text = facts.pattern_text(rule);
            const auto meant = pattern_with_dot(text, std::get<RawKey>(rule.pattern()));
            if (!meant) continue;
            const Range range = ranges_of(*meant).front();
            auto& finding = report_rule(facts, findings, rule, prefix_without_dot.kind,
                                        "{} can never match a client: not a full address and no final '.'");
            const std::string repaired = std::string(text) + ".";
            if (text.find('-') == std::string_view::npos)
              finding.with_help(fmt::format("write '{}' for {} - {}", repaired, format_address(range.first),
                                            format_address(range.last)));
            else
              finding.with_help(fmt::format("write '{}'", repaired));
            finding.with_fix(rule.pattern_span(), repaired);
          }
        },
};
