// Rules of first-match policies that decide for nobody, or could go, held against brute force: every client of a small
// world is asked for every daemon.
#include "lint/covered_rules.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "lint/needless_rules.hpp"
#include "model/dump.hpp"
#include "reading.hpp"
#include "small_world.hpp"

using namespace core;

namespace {

const std::vector<std::string> daemons = {"s", "t", "other"};

/// An IPv6 address, too.
std::vector<Client> all_clients() {
  std::vector<Client> clients = small_world::with_outsiders({std::nullopt});
  std::vector<Client> ipv6;
  for (const Client& client : clients)
    if (client.address == clients.front().address) ipv6.push_back({*parse_ipv6("2001:db8::1"), client.host, {}});
  clients.insert(clients.end(), ipv6.begin(), ipv6.end());
  return clients;
}

/// Gives each rule all daemons, one or both of two.
void add_daemons(Policy& policy, small_world::RuleMaker& maker) {
  const std::uint32_t lists[] = {0, policy.add_daemons({{"s"}, {}, 0}), policy.add_daemons({{"t"}, {}, 0}),
                                 policy.add_daemons({{"s", "t"}, {}, 0})};
  policy = changed(policy, [&](NewRule& rule, std::uint32_t) {
    rule.condition.daemons = lists[maker.pick(4)];
    return true;
  });
}

/// True when `rule` is about `client`, whatever the others say.
bool is_about(const Policy& policy, std::uint32_t rule, const Client& client, const std::string& daemon) {
  const Policy alone = without(policy, [&](Rule other) { return other.index() != rule; });
  return evaluate(alone, client, daemon).rule.has_value();
}

/// By rule: whether it decides for somebody, and whether a client without a name meets another effect by a rule above
/// it. A rule for every daemon is only looked for below others of this kind.
struct Truth {
  std::set<std::uint32_t> deciding;
  std::set<std::uint32_t> differing;
};

Truth truth_of(const PolicyFacts& facts, const std::vector<Client>& clients) {
  Truth truth;
  for (const std::string& daemon : daemons)
    for (const Client& client : clients) {
      const auto decider = evaluate(facts.policy, client, daemon).rule;
      if (!decider) continue;
      truth.deciding.insert(static_cast<std::uint32_t>(*decider));
      for (auto i = static_cast<std::uint32_t>(*decider) + 1; i < facts.policy.rules.size() && !client.host; ++i)
        if (facts.effect(i) != facts.effect(*decider) && is_about(facts.policy, i, client, daemon) &&
            (facts.rule(i).daemons() != 0 || facts.rule(static_cast<std::uint32_t>(*decider)).daemons() == 0))
          truth.differing.insert(i);
    }
  return truth;
}

/// "Every client with a name" is nothing that hosts files can say in a way that is looked into.
bool has_any_name(const Policy& policy) {
  return std::any_of(policy.rules.begin(), policy.rules.end(),
                     [](const Rule& rule) { return rule.is<AnyNamedClient>(); });
}

/// hosts.allow and hosts.deny of one folder, as `relayrules check` reads them.
std::string check_pair(const std::string& allow, const std::string& deny) {
  const testing::CheckedText checked = testing::check_hosts_pair(allow, deny);
  std::string text;
  for (const Finding& finding : checked.findings.all())
    if (finding.severity >= Severity::warning)
      text += finding.message.text(checked.sources) + " [" + std::string(finding.kind->name) + "]; " +
              finding.help.text(checked.sources) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a rule that is called contradictory decides for nobody, and one above it would do otherwise") {
  const std::vector<Client> clients = all_clients();
  std::size_t count = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(400); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    Policy policy = small_world::policy_of(maker.rules(7), small_world::first_match);
    add_daemons(policy, maker);
    const bool is_plain = seed % 3 != 0 && !has_any_name(policy);
    if (seed % 3 == 0) small_world::add_exceptions(policy, maker);
    const Sources sources;
    const PolicyFacts facts(policy, sources);
    const Truth truth = truth_of(facts, clients);
    INFO("seed " << seed << "\n" << dump(policy));
    std::set<std::uint32_t> found;
    for (const CoveredRule& covered : find_covered_rules(facts)) {
      CHECK(truth.deciding.count(covered.rule) == 0);
      CHECK(covered.above < covered.rule);
      CHECK((facts.effect(covered.above) == facts.effect(covered.rule)) == covered.is_alike);
      if (!covered.is_alike) found.insert(covered.rule);
    }
    for (const std::uint32_t rule : truth.differing)
      if (is_plain && truth.deciding.count(rule) == 0) CHECK(found.count(rule) == 1);
    count += found.size();
  }
  CHECK(count > small_world::rounds(400) / 4);
}

TEST_CASE("without all rules that are called needless every client fares the same") {
  const std::vector<Client> clients = all_clients();
  std::size_t count = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(2000); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    Policy policy = small_world::policy_of(maker.rules(7), small_world::first_match);
    add_daemons(policy, maker);
    if (seed % 3 == 0) small_world::add_exceptions(policy, maker);
    const Sources sources;
    const PolicyFacts facts(policy, sources);
    std::vector<bool> is_gone(policy.rules.size());
    for (const CoveredRule& covered : find_covered_rules(facts)) is_gone[covered.rule] = true;
    for (const NeedlessRule& needless : find_needless_rules(facts, is_gone)) {
      CHECK(facts.effect(needless.instead) == facts.effect(needless.rule));
      is_gone[needless.rule] = true;
      ++count;
    }
    const Policy shorter = without(policy, [&](Rule rule) { return is_gone[rule.index()]; });
    INFO("seed " << seed << "\n" << dump(policy) << "\n" << dump(shorter));
    for (const std::string& daemon : daemons)
      for (const Client& client : clients) {
        const Outcome& before = outcome_of(policy, evaluate(policy, client, daemon));
        const Outcome& after = outcome_of(shorter, evaluate(shorter, client, daemon));
        CHECK(policy.effect_of(before) == shorter.effect_of(after));
      }
  }
  CHECK(count > small_world::rounds(2000) / 50);
}

TEST_CASE("exceptions that are addresses take their addresses from a rule, and give them back") {
  CHECK(check_pair("s : ALL EXCEPT 10. : deny\ns : 11. : allow\ns : 10.1. : allow\n", "") ==
        "'11.' is never let in: rules above take every one of these clients [contradictory-rules]; 11.0.0.0 already "
        "matches 'ALL'; move this rule above it, or delete it\n");
  CHECK(check_pair("s : 10. EXCEPT 10.1. EXCEPT 10.1.1. : allow\ns : 10.1.1.1 : deny\ns : 10.1.2.1 : deny\n", "") ==
        "'10.1.1.1' is never refused: rules above take every one of these clients [contradictory-rules]; 10.1.1.1 "
        "already "
        "matches '10.'; move this rule above it, or delete it\n");
}

TEST_CASE("hosts.deny says nothing of clients that hosts.allow has answered") {
  CHECK(
      check_pair("ALL : 10.\n", "ALL : 10.0.0.5\nsshd : 10.0.0.0/9, 11.\nALL : ALL\n") ==
      "'10.0.0.5' is never refused: hosts.allow answers for every one of these clients [contradictory-rules]; 10.0.0.5 "
      "already matches '10.'; write the exception above that rule\n"
      "'10.0.0.0/9' is never refused: hosts.allow answers for every one of these clients [contradictory-rules]; "
      "10.0.0.0 already matches '10.'; write the exception above that rule\n");
  CHECK(check_pair("sshd : ALL\n", "sshd : 192.0.2.7\nsshd : bad.example.com\nvsftpd : 192.0.2.7\n") ==
        "'192.0.2.7' is never refused: hosts.allow answers for every one of these clients [contradictory-rules]; "
        "192.0.2.7 already matches 'ALL'; write the exception above that rule\n"
        "'bad.example.com' is never refused: hosts.allow answers for every one of these clients [contradictory-rules]; "
        "each of them already matches 'ALL'; write the exception above that rule\n");
  CHECK(check_pair("sshd : 10. : deny\n", "sshd : 10.1.\n").empty());
}

TEST_CASE("whom a command refuses is asked about further on, and no rule there is called in vain") {
  CHECK(check_pair("sshd : 10. : aclexec /usr/local/bin/check %a\n", "sshd : 10.\n").empty());
  CHECK(check_pair("sshd : 10. : aclexec /bin/true\n", "sshd : 10.\n").find("never refused") != std::string::npos);
  const testing::CheckedText twice = testing::check_hosts_pair(
      "sshd : 10. : aclexec /usr/local/bin/one %a\nsshd : 10. : aclexec /usr/local/bin/two %a\n", "ALL : ALL\n");
  CHECK(twice.names().count("redundant-rule") == 0);
}

TEST_CASE("a conflict of two files goes by the old code for that, one inside a file does not") {
  const auto part = [](const testing::CheckedText& checked) { return checked.findings.all().back().part; };
  const testing::CheckedText two = testing::check_hosts_pair("ALL : 10.\n", "ALL : 10.0.0.5\n");
  const testing::CheckedText one = testing::check_hosts_pair("ALL : 10.\nALL : 10.0.0.5 : deny\n", "");
  REQUIRE(two.names().count("contradictory-rules") == 1);
  REQUIRE(one.names().count("contradictory-rules") == 1);
  CHECK(part(two) == "RR212");
  CHECK(part(one).empty());
}
