#include "lint/checks/registry.hpp"

const core::Check core::checks::dot_after_full_address = {
    .kind = syntax::dot_after_full_address,
    .summary = "a full address with a dot behind it matches nobody",
    .rationale =
        "A dot at the end makes a prefix of one, two or three numbers. Four numbers are the whole address, and "
        "tcpserver looks it up without a dot: a rule for '1.2.3.4.' is never found. libwrap compares it with the "
        "beginning of the address, which never has a fourth dot.\n"
        "Write '1.2.3.4'.",
    .bad = {"tcp.smtp", "1.2.3.4.:deny\n:allow\n"},
    .good = {"tcp.smtp", "1.2.3.4:deny\n:allow\n"},
    .needs = Traits::clients,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::dot_after_full_address)) {
            const Rule rule = facts.rule(index);
            const std::string_view text = facts.pattern_text(rule);
            const std::string repaired(text.substr(0, text.size() - 1));
            report_rule(facts, findings, rule, dot_after_full_address.kind,
                        "{} can never match a client: a full address has no '.' behind it")
                .with_help(fmt::format("write '{}'", repaired))
                .with_fix(rule.pattern_span(), repaired);
          }
        },
};
