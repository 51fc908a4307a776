#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"
#include "model/space.hpp"

namespace {

/// The first network from rule `begin` on that is refused; no_rule when there is none.
std::uint32_t refused_net(const PolicyFacts& facts, std::uint32_t begin) {
  for (auto net = std::lower_bound(facts.nets.begin(), facts.nets.end(), begin); net != facts.nets.end(); ++net)
    if (facts.rule(*net).access() == Access::deny && facts.rule(*net).info() == 0) return *net;
  return no_rule;
}

void check_host_beats_address_deny(const PolicyFacts& facts, Findings& findings) {
  std::uint32_t refused = facts.context.confirms_names() ? no_rule : refused_net(facts, 0);
  for (const std::uint32_t index : facts.allowed_names) {
    const Rule rule = facts.rule(index);
    // read from the top, a name is asked before the networks below it only
    if (facts.program.first_rule_decides && refused < index) refused = refused_net(facts, index);
    if (refused == no_rule) return;
    // where the rule gives more than strangers have, domain-trust says so
    if (!rule.is<HostName>() || rule.info() != 0 || gives_more(facts, rule)) continue;
    report_at(findings, host_beats_address_deny.kind, rule.pattern_span(),
              fmt::format("whoever is refused by {} comes in by giving his address the name of {}: {}",
                          quoted(facts.pattern_text(facts.rule(refused))), quoted(facts.pattern_text(rule)),
                          facts.program.first_rule_decides ? "the first rule that fits decides"
                                                           : "whole names are asked before networks"),
              "let the host in by its address")
        .with_related(facts.rule(refused).pattern_span(), "this refusal is asked later");
  }
}

}  // namespace

const core::Check core::checks::host_beats_address_deny = {
    .kind = {"RR209", "host-beats-address-deny", Severity::warning},
    .summary = "a rule by name lets clients in whose address is refused",
    .rationale =
        "tcpserver asks for '=host.example.com' before it asks for prefixes such as '10.1.'. Reverse DNS is set by "
        "whoever owns the address: a spammer in a refused network gives his address the name that is let in, and the "
        "refusal is void. It holds only with 'tcpserver -p', which looks whether the name has that address.\n"
        "Let the host in by its address, or run tcpserver with -p and say so with --paranoid.",
    .bad = {"tcp.smtp", "=mail.example.com:allow\n198.51.:deny\n:allow\n"},
    .good = {"tcp.smtp", "198.51.7.7:allow\n198.51.:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_host_beats_address_deny,
};
