// domain-trust: reverse DNS is set by whoever owns the address.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"
#include "model/public_suffixes.hpp"

namespace core::checks {
namespace {

/// any-name-trust, tld-trust and public-suffix-trust are about these.
bool has_own_check(const ClientPattern& pattern) {
  if (std::holds_alternative<AnyNamedClient>(pattern)) return true;
  const auto* suffix = std::get_if<HostSuffix>(&pattern);
  if (suffix == nullptr) return false;
  const std::string_view domain = std::string_view(suffix->suffix).substr(1);
  return is_tld(domain) || is_public_suffix(domain);
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.allowed_names) {
    const Rule rule = facts.rule(index);
    if (rule.info() != 0 || rule.access() != Access::allow || has_own_check(rule.pattern())) continue;
    const bool relays = facts.relays_by(rule);
    // libwrap checks a name against forward DNS: being let in by it is what hosts.allow is for
    const bool lets_in = facts.policy.is_by_key() && gives_more(facts, rule);
    const bool skips = skips_blocklists(facts, rule);
    if (!relays && !lets_in && !skips) continue;
    // with -p the name belongs to the address, as far as DNS can be believed
    if (facts.context.confirms_names() && !relays) continue;
    const std::string_view gives = relays || lets_in ? what_it_gives(facts, rule) : "is checked against no blocklist";
    auto& finding = findings.add(
        domain_trust.kind, rule.pattern_span(),
        fmt::format("whoever gives his address a name that matches {} {}: reverse DNS is set by the client's side",
                    quoted(facts.pattern_text(rule)), gives));
    if (facts.context.confirms_names()) {
      finding.message = fmt::format("DNS alone says who may relay by {}: -p only compares its two directions",
                                    quoted(facts.pattern_text(rule)));
      finding.help = "list the addresses that may relay";
      continue;
    }
    finding.severity = relays ? Severity::error : lets_in ? Severity::warning : Severity::note;
    finding.help = relays ? "list the addresses that may relay" : "list the addresses that are meant";
  }
}

}  // namespace

const Check domain_trust = {
    .kind = {"RR801", "domain-trust", Severity::warning},
    .summary = "clients are trusted by their host name",
    .rationale =
        "The name of a client comes from reverse DNS, and whoever owns an address sets its name as he likes: nobody "
        "keeps a spammer from calling his host mail.example.com. Without 'tcpserver -p' the name is not even checked "
        "against forward DNS.\n"
        "A rule that lets names relay is an open relay for everybody who knows it. List the addresses that may relay. "
        "To refuse by name is fine.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n=.example.com:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
