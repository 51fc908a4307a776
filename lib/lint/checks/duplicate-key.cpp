#include "lint/checks/registry.hpp"
#include "lint/repeated_keys.hpp"

namespace {

std::string_view effect_of(const PolicyFacts& facts, const Rule& rule) {
  if (rule.access() == Access::deny) return "refuses";
  return facts.relays_by(rule) ? "allows and lets relay" : "allows without relaying";
}

/// The address, or all of a rule that has none.
Span place_of_key(const Rule& rule) { return rule.pattern_span().size() == 0 ? rule.span() : rule.pattern_span(); }

/// What is repeated: the rule's own text, or one of the keys that its range stands for.
std::string subject_of(const PolicyFacts& facts, const RepeatedKeys& repeated) {
  const Rule rule = facts.rule(repeated.rule);
  const std::string_view text = facts.pattern_text(rule);
  if (text.empty()) return "the catch-all";
  const std::string key = format_pattern(repeated.key);
  if (rule.info() != 0 || text == key) return quoted(text);
  if (repeated.count == 1) return fmt::format("{} in {}", quoted(key), quoted(text));
  return fmt::format("{} and {} more in {}", quoted(key), repeated.count - 1, quoted(text));
}

std::string message_for(const PolicyFacts& facts, const RepeatedKeys& repeated, bool differs) {
  const Rule rule = facts.rule(repeated.rule);
  const Rule earlier = facts.rule(repeated.earlier);
  const std::string subject = subject_of(facts, repeated);
  if (!differs)
    return fmt::format("{} has a rule already: the first one is taken, and this one is never asked", subject);
  return fmt::format("{} is decided by an earlier rule, which {}: this one, which {}, is never asked", subject,
                     effect_of(facts, earlier), effect_of(facts, rule));
}

void check_duplicate_key(const PolicyFacts& facts, Findings& findings) {
  for (const RepeatedKeys& repeated : find_repeated_keys(facts)) {
    const Rule rule = facts.rule(repeated.rule);
    const Rule earlier = facts.rule(repeated.earlier);
    const bool differs = rule.access() != earlier.access() || facts.relays_by(rule) != facts.relays_by(earlier);
    auto& finding = findings.add(duplicate_key.kind, place_of_key(rule), message_for(facts, repeated, differs));
    finding.severity = differs ? Severity::error : Severity::warning;
    finding.with_help("keep the rule that is meant and delete the other")
        .with_related(place_of_key(earlier), "first defined here");
  }
}

}  // namespace

const core::Check core::checks::duplicate_key = {
    .kind = {"RR201", "duplicate-key", Severity::warning},
    .summary = "an address that an earlier rule already has",
    .rationale =
        "A lookup in the compiled file returns the first record with a key. A second rule for the same address, be it "
        "written out or part of a range, is stored and never seen. tcprules says nothing.\n"
        "It is an error where the two decide differently: one allows and the other refuses, or one lets the client "
        "relay. Then the file does not do what its last line says. Keep the rule that is meant and delete the other.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n:deny\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:deny\n"},
    .needs = Traits::keys,
    .policy = check_duplicate_key,
};
