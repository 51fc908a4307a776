// ident-trust: what ident says is what the client wants it to say.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"

namespace core::checks {
namespace {

/// Names that no client can have have been reported as such.
bool is_dead_name(const PolicyFacts& facts, const Rule& rule) {
  return rule.is<HostName>() && dead_name_reason(facts.pattern_text(rule)).has_value();
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.with_info) {
    const Rule rule = facts.rule(index);
    if (!gives_more(facts, rule) || is_dead_name(facts, rule)) continue;
    const bool is_of_hosts_file = !facts.policy.is_by_key();
    if (is_of_hosts_file && !facts.relays_by(rule)) continue;  // user-pattern is about these
    const bool by_name = rule.is<HostName>();
    auto& finding = findings.add(ident_trust.kind, rule.pattern_span(),
                                 fmt::format("a client that calls itself {} {}: ident says what the client likes",
                                             quoted(facts.pattern_text(rule)), what_it_gives(facts, rule)));
    if (by_name && facts.relays_by(rule)) finding.severity = Severity::error;
    finding.help = "give the right to the address, or let people authenticate";
  }
}

}  // namespace

const Check ident_trust = {
    .kind = {"RR805", "ident-trust", Severity::warning},
    .summary = "clients are trusted by what ident says",
    .rationale =
        "'joe@1.2.3.4' is asked with the answer of the client's own ident server. Whoever rules that host, or is root "
        "on it for a minute, answers what he likes; in front of a name instead of an address it is anybody. And "
        "tcpserver waits for that answer before every greeting.\n"
        "Give the right to the address, or let people authenticate.",
    .bad = {"tcp.smtp", "root@192.0.2.1:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.1:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
