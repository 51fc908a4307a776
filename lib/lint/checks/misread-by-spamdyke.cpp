#include "lint/checks/registry.hpp"

namespace {

/// True for "0" to "32".
bool is_length(std::string_view text) {
  if (text.empty() || text.size() > 2 || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  return text.size() == 1 || text <= "32";
}

}  // namespace

const core::Check core::checks::misread_by_spamdyke = {
    .kind = {"RR623", "misread-by-spamdyke", Severity::warning},
    .summary = "a rule that spamdyke applies to other clients, or in another way, than it says",
    .rationale =
        "spamdyke reads the text of the rules itself, and not as tcprules does. It finds '10.0.0.0/8', but forgets "
        "what stands behind: a refused network is let in, and nobody in it may relay. Of a range that runs backwards, "
        "such as '10.1.1.20-3', it takes every number to be meant. (It also stops at the first rule that fits: put "
        "those for few clients above those for many.)\n"
        "Write networks as prefixes, '10.' or '172.16-31.', and ranges from the lower number to the higher. This check "
        "is asked for with '--program spamdyke'.",
    .bad = {"tcp.smtp", "10.0.0.0/8:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.:deny\n:allow\n"},
    .needs = Traits::keys | Traits::literal,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (facts.program.networks_always_allow) {
            for (const std::uint32_t index : facts.found_by(DeadKey::cidr)) {
              const Rule rule = facts.rule(index);
              if (rule.access() == Access::allow && rule.edits() == 0) continue;
              // a mask of four numbers keeps the verdict, and what is no length matches nobody
              const std::string_view text = facts.pattern_text(rule);
              if (!is_length(text.substr(text.find('/') + 1))) continue;
              auto& finding =
                  findings.add(misread_by_spamdyke.kind, rule.span(),
                               fmt::format("{} lets {} in and sets no variable: behind a '/' it forgets the verdict",
                                           facts.program.server, quoted(facts.pattern_text(rule))));
              if (rule.access() == Access::deny) finding.severity = Severity::error;
              finding.help = "write the network as prefixes that end in '.', for instance '10.1.'";
            }
          }
          for (const std::uint32_t index : facts.found_by(DeadKey::reversed_range)) {
            const Rule rule = facts.rule(index);
            report_at(findings, misread_by_spamdyke.kind, rule.pattern_span(),
                      fmt::format("{} takes every number for part of {}, whose range ends before it begins",
                                  facts.program.server, quoted(facts.pattern_text(rule))),
                      "write the lower number first");
          }
        },
    .example_context = {.program = Program::spamdyke},
};
