#include "lint/checks/registry.hpp"

const core::Check core::checks::slash_one = {
    .kind = {"RR329", "slash-one", Severity::warning},
    .summary = "a network that ucspi-tcp6 stores and never looks for",
    .rationale =
        "ucspi-tcp6 compiles networks of every length, but asks for lengths from 32 down to 2 only (128 to 2 for "
        "IPv6). A rule for half of the internet, 0.0.0.0/1 or 128.0.0.0/1, is stored, printed by its tcprulescheck, "
        "and decides for nobody. The length 0 its compiler refuses.\n"
        "Write two networks with a length of 2, or the empty address for everybody.",
    .bad = {"tcp.smtp", "128.0.0.0/1:deny\n:allow\n"},
    .good = {"tcp.smtp", "=.example.com:deny\n:allow\n"},
    .needs = Traits::keys | Traits::literal,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (facts.program.program != Program::ucspi_tcp6) return;
          for (const std::uint32_t index : facts.found_by(DeadKey::cidr)) {
            const Rule rule = facts.rule(index);
            const auto prefix = parse_network(facts.pattern_text(rule));
            if (!prefix || prefix->bits >= *facts.program.ipv4_network) continue;
            const std::string text = quoted(facts.pattern_text(rule));
            const bool is_half = prefix->bits == 1;
            report_at(findings, slash_one.kind, rule.pattern_span(),
                      is_half
                          ? fmt::format("{} decides for nobody: ucspi-tcp6 asks for lengths from 32 down to 2", text)
                          : fmt::format("{} is refused by the tcprules of ucspi-tcp6: lengths are from 1 to 32", text),
                      is_half ? "write its two halves, with a length of 2"
                              : "the empty address, ':allow' or ':deny', stands for every client");
          }
        },
    .example_context = {.program = Program::ucspi_tcp6},
};
