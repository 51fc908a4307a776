#include "lint/checks/registry.hpp"
#include "model/evaluate.hpp"

namespace {

constexpr std::uint32_t loopback = 0x7f000001;

/// All rules that 127.0.0.1 may meet, in source order.
std::vector<std::uint32_t> rules_about_loopback(const PolicyFacts& facts) {
  const Address host = Address::from_ipv4(loopback);
  std::vector<std::uint32_t> rules = facts.catch_alls;
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i) {
    const std::uint64_t key = facts.octet_key(i);
    if (key != 0 && (key >> 24 & 0xff) != 127) continue;  // there may be a million rules
    if (const auto addresses = facts.addresses_of(i); addresses && addresses->covers(host)) rules.push_back(i);
  }
  std::sort(rules.begin(), rules.end());
  return rules;
}

/// The rule that decides about the host itself, by key.
std::optional<std::uint32_t> deciding_key(const PolicyFacts& facts) {
  Policy few;  // evaluate walks over all rules: give it those that matter
  few.lookup = facts.policy.lookup;
  few.infos = facts.policy.infos;
  const std::vector<std::uint32_t> about = rules_about_loopback(facts);
  for (const std::uint32_t i : about)
    few.rules.add({.pattern = facts.rule(i).pattern(), .condition = {.info = facts.rule(i).info()}});
  const Decision decision = evaluate(few, {Address::from_ipv4(loopback), std::nullopt, std::nullopt});
  return decision.rule ? std::optional(about[*decision.rule]) : std::nullopt;
}

/// The same for the daemon of the first rule that relays, of a host that libwrap knows by its usual name or by none.
std::optional<std::uint32_t> first_deciding(const PolicyFacts& facts) {
  const auto& daemons = facts.policy.daemons_of(facts.rule(facts.relays.front())).names;
  const std::string daemon = daemons.empty() ? "" : daemons.front();
  const Address host = Address::from_ipv4(loopback);
  for (const std::optional<std::string>& name : {std::optional<std::string>(), std::optional<std::string>("localhost")})
    if (outcome_of(facts.policy, evaluate(facts.policy, {host, name, {}}, daemon)).allows()) return std::nullopt;
  const Decision decision = evaluate(facts.policy, {host, {}, {}}, daemon);
  return decision.rule ? std::optional(static_cast<std::uint32_t>(*decision.rule)) : std::nullopt;
}

void check_loopback_not_relay(const PolicyFacts& facts, Findings& findings) {
  if (facts.relays.empty() || !facts.context.takes_mail()) return;
  const auto deciding = facts.policy.is_by_key() ? deciding_key(facts) : first_deciding(facts);
  if (!deciding) return;
  const Rule rule = facts.rule(*deciding);
  if (rule.outcome().allows()) return;
  report_at(findings, loopback_not_relay.kind, rule.span(),
            fmt::format("{} refuses 127.0.0.1: what runs on this host cannot send mail by SMTP",
                        quoted(facts.sources.text(rule.span()))),
            facts.policy.is_by_key() ? "add '127.:allow' with RELAYCLIENT if programs on the host send mail"
                                     : "add '127.' to the clients that may relay, if programs on the host send mail");
}

}  // namespace

const core::Check core::checks::loopback_not_relay = {
    .kind = {"RR417", "loopback-not-relay", Severity::note},
    .summary = "the host itself is refused while others may relay",
    .rationale =
        "Scripts and web pages on the host send their mail by SMTP to 127.0.0.1. Where these rules refuse that address "
        "such mail stays in a queue or is lost, and nobody is told.\n"
        "Let '127.' in. If nothing on the host sends by SMTP there is nothing to repair.",
    .bad = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:deny\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n192.168.7.:allow,RELAYCLIENT=\"\"\n:deny\n"},
    .needs = Traits::environment,
    .policy = check_loopback_not_relay,
};
