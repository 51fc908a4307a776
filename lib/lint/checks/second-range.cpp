#include "lint/checks/registry.hpp"

const core::Check core::checks::second_range = {
    .kind = {"RR317", "second-range", Severity::warning},
    .summary = "an address with two ranges matches nobody",
    .rationale =
        "tcprules expands the first '-' of an address and copies the rest: '10.2-3.4-5.' becomes '10.2.4-5.' and "
        "'10.3.4-5.', which no client has.\n"
        "Write a rule for each value of one of the ranges, for instance '10.2.4-5.' and '10.3.4-5.'.",
    .bad = {"tcp.smtp", "10.2-3.4-5.:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.2.4-5.:deny\n10.3.4-5.:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::second_range)) {
            const Rule rule = facts.rule(index);
            const RawKey raw = *rule.get_if<RawKey>();
            auto& finding = report_rule(facts, findings, rule, second_range.kind,
                                        "{} can never match a client: only the first '-' of an address is a range");
            std::vector<std::string> addresses;
            for (unsigned value = raw.low; value <= raw.high; ++value)
              addresses.push_back(
                  fmt::format("{}{}{}", raw.text.substr(0, raw.hole_begin), value, raw.text.substr(raw.hole_end)));
            finding.with_help(fmt::format("write {}, a rule each", list_quoted(addresses)));
            fix_address(finding, facts, rule, addresses);
          }
        },
};
