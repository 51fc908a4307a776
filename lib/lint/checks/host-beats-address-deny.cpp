#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"

namespace {

/// The first network that is refused.
std::optional<Rule> first_refused_net(const PolicyFacts& facts) {
  for (const std::uint32_t index : facts.nets)
    if (facts.rule(index).access() == Access::deny && facts.rule(index).info() == 0) return facts.rule(index);
  return std::nullopt;
}

void check_host_beats_address_deny(const PolicyFacts& facts, Findings& findings) {
  const std::optional<Rule> refused = facts.context.confirms_names() ? std::nullopt : first_refused_net(facts);
  if (!refused) return;
  for (const std::uint32_t index : facts.allowed_names) {
    const Rule rule = facts.rule(index);
    // where the rule gives more than strangers have, domain-trust says so
    if (!rule.is<HostName>() || rule.info() != 0 || gives_more(facts, rule)) continue;
    report_at(
        findings, host_beats_address_deny.kind, rule.pattern_span(),
        fmt::format("whoever is refused by {} comes in by giving his address the name of {}: whole names are asked "
                    "before networks",
                    quoted(facts.pattern_text(*refused)), quoted(facts.pattern_text(rule))),
        "let the host in by its address")
        .with_related(refused->pattern_span(), "this refusal is asked later");
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
