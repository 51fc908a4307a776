// open-relay-ipv6: strangers may send to any domain by IPv6 only.
#include <fmt/format.h>

#include <set>
#include <string>

#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"
#include "model/networks.hpp"

namespace core::checks {
namespace {

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

bool is_open_by_ipv4(const PolicyFacts& facts, const std::string& daemon) {
  return is_too_wide_to_own({relay_upper_bound(facts), {}}) && is_open_relay(facts, relay_space(facts, daemon));
}

void run(const PolicyFacts& facts, Findings& findings) {
  const bool ipv4_only = facts.context.program == Program::tcpserver && facts.policy.is_by_key();
  if (ipv4_only || !may_relay_by_ipv6(facts)) return;
  std::set<std::uint32_t> reported;
  for (const std::string& daemon : relay_daemons(facts)) {
    const Ipv6RelaySpace space = ipv6_relay_space(facts, daemon);
    if (!is_too_wide_to_own({0, space.addresses.ipv6}) || is_open_by_ipv4(facts, daemon)) continue;
    const std::uint32_t main = *space.rules.begin();
    if (!reported.insert(main).second) continue;
    findings.add(open_relay_ipv6.kind, facts.rule(main).span(), message_for(facts, space))
        .with_help("give RELAYCLIENT to the addresses of your own network only");
  }
}

}  // namespace

const Check open_relay_ipv6 = {
    .kind = {"RR420", "open-relay-ipv6", Severity::error},
    .summary = "the IPv6 internet may relay, though IPv4 may not",
    .rationale =
        "Rules for IPv4 networks say nothing of clients that come by IPv6. Where these meet a rule that relays, "
        "[::]/0, several wide networks, or a catch-all that the IPv4 rules cover entirely, the server is an open relay "
        "all the same, and tests from IPv4 show nothing.\n"
        "This check puts all rules together, as open-relay does for IPv4, and fires from a /12 of public addresses on, "
        "which is what the registry of a continent is given.\n"
        "List your own networks. Of the rules of the original tcpserver, which knows no IPv6, it says nothing with "
        "--program tcpserver.",
    .bad = {"tcp-env.hosts.allow", "tcp-env : [2000::]/3 : setenv = RELAYCLIENT\n"},
    .good = {"tcp-env.hosts.allow", "tcp-env : [2001:db8:7::]/48 : setenv = RELAYCLIENT\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
