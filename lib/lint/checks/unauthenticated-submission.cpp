#include "lint/checks/registry.hpp"

namespace {

/// The host itself sends by what runs on it.
bool is_loopback(const std::optional<Range>& addresses) {
  const Range ipv4 = ipv4_range(0x7f000000U, 0x7fffffffU);
  const Range ipv6 = range_of(*parse_prefix("::1/128"));
  return addresses && (is_within(*addresses, ipv4) || is_within(*addresses, ipv6));
}

void check_unauthenticated_submission(const PolicyFacts& facts, Findings& findings) {
  if (facts.context.service != Service::submission) return;
  for (const std::uint32_t index : facts.relays) {
    const Rule rule = facts.rule(index);
    if (is_loopback(facts.addresses_of(index))) continue;
    report_at(findings, unauthenticated_submission.kind, rule.span(),
              fmt::format("clients of {} need not log in to send to any domain through the submission service",
                          quoted(facts.pattern_text(rule))),
              "leave RELAYCLIENT out: who logs in may send anyway");
  }
}

}  // namespace

const core::Check core::checks::unauthenticated_submission = {
    .kind = {"RR418", "unauthenticated-submission", Severity::warning},
    .summary = "clients of the submission port relay by their address alone",
    .rationale =
        "Ports 587 and 465 are for people who log in: there a password says who may send, and it is taken back when it "
        "is stolen. A rule that lets addresses relay there lets everybody in that network send under any name, and "
        "nobody can tell afterwards who it was.\n"
        "Leave RELAYCLIENT out of the rules of the submission service. This check is asked for with '--service "
        "submission'.",
    .bad = {"tcp.smtp", "192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.1.:allow\n:allow,REQUIREAUTH=\"1\"\n"},
    .needs = Traits::keys | Traits::environment,
    .policy = check_unauthenticated_submission,
    .example_context = {.service = Service::submission},
};
