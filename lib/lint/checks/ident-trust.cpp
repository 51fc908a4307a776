#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"

namespace {

struct IdentFault {
  Words message;  ///< empty: nothing is wrong
  const char* help = "";
  Severity severity = Severity::warning;
  std::string_view part = {};
};

IdentFault fault_of(const PolicyFacts& facts, std::uint32_t index) {
  const Rule rule = facts.rule(index);
  const Span place = rule.pattern_span();
  const bool relays = facts.relays_by(rule);
  if (!facts.policy.is_by_key() && !relays) {
    const bool lets_in = rule.access() == Access::allow;
    return {lets_in ? words_about(place,
                                  "{} depends on what the client's host says of its user: who is not let in says "
                                  "another name")
                    : words_about(place,
                                  "{} depends on what the client's host says of its user: who is refused says "
                                  "another name"),
            "write the address alone", Severity::warning, "RR825"};
  }
  if (rule.access() == Access::deny) {
    if (!facts.policy.is_by_key() || facts.effect(index) == 0) return {};
    return {words_about(place, "{} refuses only a client whose ident server says so, and nobody under tcpserver -R"),
            "refuse the address", Severity::note, "RR605"};
  }
  const bool by_name = rule.is<HostName>();
  // names that no client can have have been reported as such
  const bool is_dead_name = by_name && dead_name_reason(facts.pattern_text(rule)).has_value();
  if (!gives_more(facts, rule) || is_dead_name) return {};
  const auto words = [place, gives = what_it_gives(facts, rule)](const Sources& sources) {
    return fmt::format("a client that calls itself {} {}: ident says what the client likes",
                       quoted(sources.text(place)), gives);
  };
  return {words, "give the right to the address, or let people authenticate",
          by_name && relays ? Severity::error : Severity::warning};
}

}  // namespace

const core::Check core::checks::ident_trust = {
    .kind = {"RR805", "ident-trust", Severity::warning},
    .aliases = {{{"RR605", "needs-ident"}, {"RR825", "user-pattern"}}},
    .summary = "a rule depends on what ident says",
    .rationale =
        "'joe@1.2.3.4' is asked with the answer of the client's own ident server. Whoever rules that host, or is root "
        "on it for a minute, answers what he likes: he becomes joe when joe is let in, and anybody else when joe is "
        "refused. In front of a name instead of an address it is anybody. And every connection waits until the answer "
        "comes, or the time is up.\n"
        "tcpserver does not ask when it is started with -R, as most run scripts start it; and a client without an "
        "ident server gives no answer. In both cases no key with an '@' is asked for, and 'joe@10.1.2.3:deny' refuses "
        "nobody. That is a note.\n"
        "Write rules about addresses, and let people log in to send (SMTP AUTH on port 587).",
    .bad = {"tcp.smtp", "root@192.0.2.1:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.1:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::clients,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.with_info) {
            IdentFault fault = fault_of(facts, index);
            if (fault.message.empty()) continue;
            auto& finding = findings.add(ident_trust.kind, facts.rule(index).pattern_span(), std::move(fault.message));
            finding.as_part(fault.part).severity = fault.severity;
            finding.help = fault.help;
          }
        },
};
