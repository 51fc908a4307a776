// open-relay: strangers may send to any domain, by one rule or by several together.
#include <fmt/format.h>

#include <set>
#include <string>

#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"
#include "lint/repair.hpp"
#include "model/networks.hpp"

namespace core::checks {
namespace {

constexpr std::size_t related_rules = 5;

std::string message_for(const PolicyFacts& facts, const RelaySpace& space) {
  const double share = 100.0 * static_cast<double>(space.addresses) / static_cast<double>(public_address_count());
  const std::string who = fmt::format("{} public addresses ({:.0f} % of the internet), for instance {}",
                                      with_commas(space.addresses), share, format_address(*space.witness));
  const Rule main = facts.rule(space.rules.front().first);
  if (main.is<AnyClient>())
    return fmt::format("this is an open relay: every client that no other rule is about may send to any domain, {}",
                       who);
  if (space.rules.size() == 1)
    return fmt::format("this is an open relay: {} lets {}, send to any domain", quoted(facts.pattern_text(main)), who);
  return fmt::format("this is an open relay: {} rules together let {}, send to any domain", space.rules.size(), who);
}

void report(const PolicyFacts& facts, const RelaySpace& space, Findings& findings) {
  const Rule main = facts.rule(space.rules.front().first);
  auto& finding = findings.add(open_relay.kind, main.span(), message_for(facts, space));
  finding.with_help(fmt::format("take RELAYCLIENT off {}, and give it to the addresses of your own network only",
                                space.rules.size() == 1 ? "this rule" : "these rules"));
  for (std::size_t i = 1; i < space.rules.size() && i <= related_rules; ++i)
    finding.with_related(facts.rule(space.rules[i].first).span(),
                         fmt::format("lets {} addresses relay", with_commas(space.rules[i].second)));
}

void run(const PolicyFacts& facts, Findings& findings) {
  // the sum of the sizes is cheap, and for nearly every file it is enough
  if (!is_too_wide_to_own({relay_upper_bound(facts), {}})) return;
  std::set<std::uint32_t> reported;
  for (const std::string& daemon : relay_daemons(facts)) {
    const RelaySpace space = relay_space(facts, daemon);
    if (is_open_relay(facts, space) && reported.insert(space.rules.front().first).second)
      report(facts, space, findings);
  }
}

}  // namespace

const Check open_relay = {
    .kind = {"RR401", "open-relay", Severity::error},
    .summary = "the internet may relay",
    .rationale =
        "RELAYCLIENT tells qmail-smtpd to accept mail to any domain. Where clients that nobody knows get it, the "
        "server is an open relay: it is found within hours, sends other people's spam, and ends on every blocklist.\n"
        "This check puts all rules together as the program does and counts the public IPv4 addresses that may relay. "
        "It fires when the rule for everybody else relays, and when rules together let a quarter of the internet or "
        "more relay, as '1-127.' and '128-223.' do.\n"
        "List the networks that are yours, and end the file with ':allow', without a variable.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow,RELAYCLIENT=\"\"\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
