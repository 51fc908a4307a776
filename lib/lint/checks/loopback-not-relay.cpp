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

void check_loopback_not_relay(const PolicyFacts& facts, Findings& findings) {
  if (facts.relays.empty() || !facts.context.takes_mail()) return;
  Policy few;  // evaluate walks over all rules: give it those that matter
  few.lookup = facts.policy.lookup;
  few.infos = facts.policy.infos;
  const std::vector<std::uint32_t> about = rules_about_loopback(facts);
  for (const std::uint32_t i : about)
    few.rules.add({.pattern = facts.rule(i).pattern(), .condition = {.info = facts.rule(i).info()}});
  const Decision decision = evaluate(few, {Address::from_ipv4(loopback), std::nullopt, std::nullopt});
  if (!decision.rule) return;
  const Rule rule = facts.rule(about[*decision.rule]);
  if (rule.outcome().allows()) return;
  report_at(findings, loopback_not_relay.kind, rule.span(),
            fmt::format("{} refuses 127.0.0.1: what runs on this host cannot send mail by SMTP",
                        quoted(facts.sources.text(rule.span()))),
            "add '127.:allow' with RELAYCLIENT if programs on the host send mail");
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
    .needs = Traits::keys | Traits::environment,
    .policy = check_loopback_not_relay,
};
