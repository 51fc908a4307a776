#include "lint/checks/registry.hpp"

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void check_idn(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.odd_names) {
    const Rule rule = facts.rule(index);
    const std::string_view text = facts.pattern_text(rule);
    if (is_ascii(text)) continue;
    report_rule(facts, findings, rule, idn.kind,
                "{} has letters that DNS does not have: clients come with the name's 'xn--' form")
        .with_help("write the 'xn--' form of the name");
  }
}

}  // namespace

const core::Check core::checks::idn = {
    .kind = {"RR823", "idn", Severity::note},
    .summary = "a name in letters that DNS does not have",
    .rationale =
        "DNS knows names in ASCII only. A name in other letters is written there as 'xn--...', and that is what "
        "reverse DNS gives for a client: a rule with the letters themselves is stored and never asked. A name that "
        "begins with 'xn--' may look on a screen like quite another one.\n"
        "Write the 'xn--' form of the name that is meant; 'idn2 NAME' or 'idn NAME' shows it.",
    .bad = {"tcp.smtp", "=.bücher.example:deny\n:allow\n"},
    .good = {"tcp.smtp", "=.xn--bcher-kva.example:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_idn,
};
