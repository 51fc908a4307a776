// open-relay-ipv6: an open relay that only IPv6 clients find.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "lint/check.hpp"
#include "model/axes.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check open_relay_ipv6;
const Check open_relay_ipv6 = {
    .kind = {"RR411", "open-relay-ipv6", Severity::error},
    .summary = "the internet may relay by IPv6",
    .rationale =
        "A list that is careful with IPv4 is an open relay all the same when it lets a great part of the IPv6 internet "
        "relay: '[::]/0', '[2000::]/3', or halves\n"
        "of them. Spammers find such servers as easily as others.\n"
        "This check puts all rules together as the program does, and fires when an eighth or more of all public IPv6 "
        "addresses (2000::/3) may relay. List the\n"
        "networks that are yours: a provider gives a customer a /48 or a /56.\n",
    .bad = {"hosts.allow", "tcp-env : [2000::]/3 : setenv = RELAYCLIENT\n"},
    .good = {"hosts.allow", "tcp-env : [2001:db8:7::]/48 : setenv = RELAYCLIENT\n"},
    .formats = "hosts_access",
    .policy = run,
};

namespace {

/// The public internet, counted in /32 networks.
constexpr std::uint64_t public_first = 0x20000000;
constexpr std::uint64_t public_last = 0x3fffffff;
constexpr std::uint64_t too_many = (public_last - public_first + 1) / 8;

std::uint64_t slash_32_of(const Address& address) {
  return std::uint64_t{address.bytes[0]} << 24 | std::uint64_t{address.bytes[1]} << 16 |
         std::uint64_t{address.bytes[2]} << 8 | address.bytes[3];
}

/// How many public /32 networks `range` touches.
std::uint64_t public_networks(const Range& range) {
  if (range.first.family != Family::ipv6) return 0;
  const std::uint64_t first = std::max(slash_32_of(range.first), public_first);
  const std::uint64_t last = std::min(slash_32_of(range.last), public_last);
  return first > last ? 0 : last - first + 1;
}

struct Reach {
  std::uint64_t networks = 0;
  std::uint64_t most = 0;
  const Rule* main = nullptr;  // the rule with the most of them
};

/// What nameless clients may do at `service`.
Reach relay_reach(const PolicyFacts& facts, std::string_view service) {
  const Axes axes = cut(facts.policy, service, std::nullopt);
  std::map<std::uint32_t, std::uint64_t> by_rule;
  for (const AddressRegion& region : axes.addresses) {
    const Candidate& best = first_asked(region.best, axes.anybody);
    if (best.rule != unclaimed && facts.relays_by(facts.rule(best.rule)))
      by_rule[best.rule] += public_networks(region.range);
  }
  Reach reach;
  for (const auto& [index, networks] : by_rule) {
    reach.networks += networks;
    if (networks <= reach.most) continue;
    reach.most = networks;
    reach.main = &facts.rule(index);
  }
  return reach;
}

void run(const PolicyFacts& facts, Findings& findings) {
  std::uint64_t bound = 0;
  std::set<std::string> services;
  for (const std::uint32_t index : facts.relays) {
    const Rule& rule = facts.rule(index);
    for (const Range& range : ranges_of(rule.peer)) bound += public_networks(range);
    const auto& list = facts.policy.services_of(rule);
    services.insert(list.begin(), list.end());
    if (list.empty()) services.insert("");
  }
  // the catch-all is open-relay's word; exceptions only take away
  if (bound < too_many || !can_cut(facts.policy)) return;
  std::set<const Rule*> reported;
  for (const std::string& service : services) {
    const Reach reach = relay_reach(facts, service);
    if (reach.networks < too_many || std::holds_alternative<AnyPeer>(reach.main->peer)) continue;
    if (!reported.insert(reach.main).second) continue;
    const double share =
        100.0 * static_cast<double>(reach.networks) / static_cast<double>(public_last - public_first + 1);
    findings
        .add(open_relay_ipv6.kind, reach.main->span,
             fmt::format(
                 "this is an open relay by IPv6: {:.0f} % of all public addresses may send to any domain, most by "
                 "{}",
                 share, quoted(facts.peer_text(*reach.main))))
        .with_help("list the networks that are yours");
  }
}

}  // namespace
}  // namespace relayrules::checks
