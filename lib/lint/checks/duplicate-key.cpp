#include "lint/checks/registry.hpp"
#include "lint/repeated_keys.hpp"

namespace {

const char* effect_of(const PolicyFacts& facts, const Rule& rule) {
  if (rule.access() == Access::deny) return "refuses";
  return facts.relays_by(rule) ? "allows and lets relay" : "allows without relaying";
}

/// The address, or all of a rule that has none.
Span place_of_key(const Rule& rule) { return rule.pattern_span().size() == 0 ? rule.span() : rule.pattern_span(); }

/// What is said of `subject`, which an earlier rule has; one pointer twice: both do the same.
std::string message_for(std::string_view subject, const char* earlier, const char* own) {
  if (earlier == own)
    return fmt::format("{} has a rule already: the first one is taken, and this one is never asked", subject);
  return fmt::format("{} is decided by an earlier rule, which {}: this one, which {}, is never asked", subject, earlier,
                     own);
}

/// The subject is the rule's own text, or one of the keys that its range stands for.
Words words_for(const PolicyFacts& facts, const RepeatedKeys& repeated, const char* earlier, const char* own) {
  const Rule rule = facts.rule(repeated.rule);
  const Span place = rule.pattern_span();
  const std::string_view text = facts.pattern_text(rule);
  if (text.empty()) return message_for("the catch-all", earlier, own);
  const std::string key = format_pattern(repeated.key);
  if (rule.info() != 0 || text == key)
    return [place, earlier, own](const Sources& sources) {
      return message_for(quoted(sources.text(place)), earlier, own);
    };
  const std::string more = repeated.count == 1 ? "" : fmt::format(" and {} more", repeated.count - 1);
  return message_for(fmt::format("{}{} in {}", quoted(key), more, quoted(text)), earlier, own);
}

void check_duplicate_key(const PolicyFacts& facts, Findings& findings) {
  for (const RepeatedKeys& repeated : taken_keys(facts).repeated) {
    const Rule rule = facts.rule(repeated.rule);
    const Rule earlier = facts.rule(repeated.earlier);
    const bool differs = rule.access() != earlier.access() || facts.relays_by(rule) != facts.relays_by(earlier);
    const char* own = effect_of(facts, rule);
    auto& finding = findings.add(duplicate_key.kind, place_of_key(rule),
                                 words_for(facts, repeated, differs ? effect_of(facts, earlier) : own, own));
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
