#include "lint/checks/registry.hpp"

namespace {

std::string_view clients_of(NameState state) {
  switch (state) {
    case NameState::known: return "whose name leads back to its address, which is nearly the whole internet";
    case NameState::unknown: return "without a name, and whoever owns an address can take its name away";
    case NameState::local: return "whose name has no dot, wherever its address is";
    case NameState::paranoid: break;
  }
  return "that has somebody else's name";
}

void report(const PolicyFacts& facts, Span place, NameState state, bool relays, Findings& findings) {
  auto& finding = findings.add(name_class_trust.kind, place,
                               fmt::format("{} {} every client {}", quoted(facts.sources.text(place)),
                                           relays ? "lets relay" : "lets in", clients_of(state)));
  if (relays) finding.severity = Severity::error;
  finding.with_help("write the addresses that are meant");
}

/// Whom a denial excepts, nothing else refuses as a rule.
void check_exceptions(const PolicyFacts& facts, const Rule& rule, Findings& findings) {
  const ExceptionList& list = facts.policy.exception_lists[rule.exceptions()];
  for (std::size_t i = 0; i < list.spans.size(); ++i)
    if (const auto* name = std::get_if<NameClass>(&list.patterns[i]))
      report(facts, list.spans[i], name->state, false, findings);
}

void check_name_class_trust(const PolicyFacts& facts, Findings& findings) {
  for (const Rule rule : facts.policy.rules) {
    if (rule.access() == Access::deny) {
      check_exceptions(facts, rule, findings);
      continue;
    }
    if (const auto name = rule.get_if<NameClass>())
      report(facts, rule.pattern_span(), name->state, facts.relays_by(rule), findings);
  }
}

}  // namespace

const core::Check core::checks::name_class_trust = {
    .kind = {"RR824", "name-class-trust", Severity::warning},
    .summary = "clients are let in for the kind of name that they have",
    .rationale =
        "LOCAL is every client whose name has no dot, wherever its address is, and KNOWN every one whose name leads "
        "back to its address: nearly the whole internet.\n"
        "UNKNOWN is who has no name, PARANOID who has somebody else's, and both is up to whoever owns the address. "
        "None of them says 'ours'. Your own hosts mostly have names with dots, so that LOCAL misses them. 'ALL EXCEPT "
        "LOCAL' in hosts.deny is the same trust: it lets in everybody whose name has no dot.\n"
        "Write the addresses that are meant. To refuse by these words, as 'ALL : PARANOID' in hosts.deny does, is "
        "fine. People whose address changes need SMTP AUTH on port 587, a grant for some minutes (POP before SMTP) or "
        "a VPN: CLIENTS THAT MOVE in relayrules-rules(5) tells more.",
    .bad = {"hosts.allow", "sshd : KNOWN\n"},
    .good = {"hosts.allow", "sshd : 10.1.\n"},
    .needs = Traits::daemons,
    .policy = check_name_class_trust,
};
