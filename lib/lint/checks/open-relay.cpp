#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"

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
  const std::string_view rules = space.rules.size() == 1 ? "this rule" : "these rules";
  finding.with_help(
      main.edits() == 0
          ? std::string("list the addresses of your own network only")
          : fmt::format("take RELAYCLIENT off {}, and give it to the addresses of your own network only", rules));
  for (std::size_t i = 1; i < space.rules.size() && i <= related_rules; ++i)
    finding.with_related(facts.rule(space.rules[i].first).span(),
                         fmt::format("lets {} addresses relay", with_commas(space.rules[i].second)));
}

bool is_open_by_ipv4(const PolicyFacts& facts, const std::string& daemon) {
  return is_too_wide_to_own({relay_upper_bound(facts), {}}) && is_open_relay(facts, relay_space(facts, daemon));
}

void check_ipv4(const PolicyFacts& facts, Findings& findings) {
  // the sum of the sizes is cheap, and for nearly every file it is enough
  if (!is_too_wide_to_own({relay_upper_bound(facts), {}})) return;
  std::set<std::uint32_t> reported;
  for (const std::string& daemon : relay_daemons(facts)) {
    const RelaySpace space = relay_space(facts, daemon);
    if (is_open_relay(facts, space) && reported.insert(space.rules.front().first).second)
      report(facts, space, findings);
  }
}

std::string message_for(const PolicyFacts& facts, const Ipv6RelaySpace& space) {
  const Rule main = facts.rule(*space.rules.begin());
  const std::string example = format_address(*space.witness);
  if (main.is<AnyClient>())
    return fmt::format(
        "this is an open relay by IPv6: no other rule is about IPv6 clients, for instance {}, and they may send to any "
        "domain",
        example);
  if (space.rules.size() == 1)
    return fmt::format("this is an open relay by IPv6: {} lets strangers, for instance {}, send to any domain",
                       quoted(facts.pattern_text(main)), example);
  return fmt::format(
      "this is an open relay by IPv6: {} rules together let strangers, for instance {}, send to any domain",
      space.rules.size(), example);
}

void check_ipv6(const PolicyFacts& facts, Findings& findings) {
  const bool ipv4_only = facts.context.program == Program::tcpserver && facts.policy.is_by_key();
  if (ipv4_only || !may_relay_by_ipv6(facts)) return;
  std::set<std::uint32_t> reported;
  for (const std::string& daemon : relay_daemons(facts)) {
    const Ipv6RelaySpace space = ipv6_relay_space(facts, daemon);
    if (!is_too_wide_to_own({0, space.addresses.ipv6}) || is_open_by_ipv4(facts, daemon)) continue;
    const std::uint32_t main = *space.rules.begin();
    if (!reported.insert(main).second) continue;
    report_at(findings, open_relay.kind, facts.rule(main).span(), message_for(facts, space),
              facts.rule(main).edits() == 0 ? "list the addresses of your own network only"
                                            : "give RELAYCLIENT to the addresses of your own network only")
        .as_part("RR420");
  }
}

}  // namespace

const core::Check core::checks::open_relay = {
    .kind = {"RR401", "open-relay", Severity::error},
    .aliases = {{{"RR420", "open-relay-ipv6"}}},
    .summary = "the internet may relay",
    .rationale =
        "RELAYCLIENT tells qmail-smtpd to accept mail to any domain. Where clients that nobody knows get it, the "
        "server is an open relay: it is found within hours, sends other people's spam, and ends on every blocklist.\n"
        "This check puts all rules together as the program does and counts the public IPv4 addresses that may relay. "
        "It fires when the rule for everybody else relays, and when rules together let a quarter of the internet or "
        "more relay, as '1-127.' and '128-223.' do.\n"
        "Rules for IPv4 networks say nothing of clients that come by IPv6. Where these meet a rule that relays, "
        "[::]/0, several wide networks, or a catch-all that the IPv4 rules cover entirely, the server is an open relay "
        "all the same, and tests from IPv4 show nothing. It is said from a /12 of public addresses on, which is what "
        "the registry of a continent is given, and not with --program tcpserver, which knows no IPv6.\n"
        "List the networks that are yours, and end the file with ':allow', without a variable. In Postfix' mynetworks "
        "the same holds of what is listed, and of the RemoteIPRanges of Exchange's connectors that relay without a "
        "login.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow,RELAYCLIENT=\"\"\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          check_ipv4(facts, findings);
          check_ipv6(facts, findings);
        },
};
