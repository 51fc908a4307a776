#include "lint/checks/registry.hpp"

const core::Check core::checks::blank_in_address = {
    .kind = {"RR305", "blank-in-address", Severity::warning},
    .summary = "a blank in an address belongs to it, and no client has one",
    .rationale =
        "Everything before the first ':' is the address, blanks and tabs included. '   127.:allow' copied from an "
        "indented manual is a rule for clients whose address begins with three blanks: there are none.\n"
        "Write the address from the first column up to the ':'. Several addresses need a rule each.",
    .bad = {"tcp.smtp", "   127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::literal,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::blank)) {
            const Rule rule = facts.rule(index);
            const std::string_view text = facts.pattern_text(rule);
            const std::string_view bare = trimmed(text);
            auto& finding = report_rule(facts, findings, rule, blank_in_address.kind,
                                        "{} can never match a client: the blank belongs to the address");
            if (bare.find_first_of(" \t") != std::string_view::npos) {
              finding.help = "write one rule a line for each address, without blanks";
            } else if (bare.empty()) {
              finding.help = "the address of the rule for every client is empty: the ':' is the first byte of the line";
            } else {
              finding.with_help(fmt::format("write {} without the blank", quoted(bare)))
                  .with_fix(rule.pattern_span(), std::string(bare));
            }
          }
        },
};
