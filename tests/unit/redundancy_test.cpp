// Redundant rules, held against brute force: delete the rule and ask for every client of a small world again.
#include <catch2/catch.hpp>

#include <map>
#include <set>

#include "lint/redundancy.hpp"
#include "lint/repeated_keys.hpp"
#include "model/key_index.hpp"
#include "small_world.hpp"
#include "unit/policies.hpp"

using namespace core;

namespace {

/// What a client can see of a decision.
std::string effect_of(const Policy& policy, const Decision& decision) {
  if (!permits(policy, decision)) return "deny";
  std::map<std::string, std::string> environment;
  for (const EnvEdit& edit : edits_of(policy, decision)) environment[std::string(edit.name())] = edit.assignment;
  std::string text = "allow";
  for (const auto& [name, assignment] : environment) text += "," + assignment;
  return text;
}

std::vector<Client> all_clients() { return small_world::with_outsiders({std::nullopt, "x", "y", "x@=a", "=a", "z"}); }

struct BruteForce {
  bool decides = false;   ///< for some client
  bool redundant = true;  ///< nobody would fare otherwise
};

BruteForce delete_rule(const Policy& policy, std::size_t index, const std::vector<Client>& clients) {
  const Policy rest = without(policy, [&](Rule rule) { return rule.index() == index; });
  const KeyIndex before(policy);
  const KeyIndex after(rest);
  BruteForce result;
  for (const Client& client : clients) {
    const Decision decision = before.decide(client);
    if (decision.rule != index) continue;
    result.decides = true;
    if (effect_of(policy, decision) == effect_of(rest, after.decide(client))) continue;
    result.redundant = false;
    break;
  }
  return result;
}

std::set<std::uint32_t> found_in(const PolicyFacts& facts) {
  std::set<std::uint32_t> rules;
  for (const RedundantRule& found : find_redundant_rules(facts)) rules.insert(found.rule);
  return rules;
}

std::vector<std::string> redundant_texts(const std::string& text) {
  Sources sources;
  const Policy policy = small_world::policy_of(text, small_world::key_order);
  const PolicyFacts facts(policy, sources);
  std::vector<std::string> patterns;
  for (const RedundantRule& found : find_redundant_rules(facts))
    patterns.push_back(policy.info_of(policy.rules[found.rule]).value_or("") +
                       format_pattern(policy.rules[found.rule].pattern()));
  return patterns;
}

}  // namespace

TEST_CASE("a rule is called redundant exactly when deleting it changes no decision") {
  const std::vector<Client> clients = all_clients();
  std::size_t redundant = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(1200); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    const std::string text = maker.rules(seed % 2 == 0 ? 9 : 5);
    const Policy policy = small_world::policy_of(text, small_world::key_order);
    const Sources sources;
    const PolicyFacts facts(policy, sources);
    const auto found = found_in(facts);
    const auto& sharing = taken_keys(facts).is_sharing;
    // of keys with several readings no rule is called redundant, nor beside them
    bool may_miss = std::find(sharing.begin(), sharing.end(), true) != sharing.end();
    for (const Rule rule : policy.rules)
      if (const auto raw = rule.get_if<RawKey>()) may_miss = may_miss || has_clients(tcpserver_keys, raw->text);
    for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
      INFO("seed " << seed << ", rule " << i << " of\n" << text);
      if (sharing[i] || facts.effect(i) == 0 || policy.rules[i].is<AnyClient>()) {
        CHECK(found.count(i) == 0);
        continue;
      }
      const BruteForce truth = delete_rule(policy, i, clients);
      if (found.count(i) != 0 || !may_miss) CHECK((found.count(i) != 0) == (truth.decides && truth.redundant));
      redundant += found.count(i);
    }
  }
  CHECK(redundant > small_world::rounds(1200) / 6);
}

TEST_CASE("all redundant rules can be deleted together") {
  const std::vector<Client> clients = all_clients();
  for (std::uint32_t seed = 1; seed <= small_world::rounds(300); ++seed) {
    small_world::RuleMaker maker(seed + 70000, small_world::Size::tiny);
    const std::string text = maker.rules(12);
    const Policy policy = small_world::policy_of(text, small_world::key_order);
    const Sources sources;
    const auto found = found_in(PolicyFacts(policy, sources));
    const Policy rest =
        without(policy, [&](Rule rule) { return std::find(found.begin(), found.end(), rule.index()) != found.end(); });
    const KeyIndex before(policy);
    const KeyIndex after(rest);
    bool equal = true;
    for (const Client& client : clients)
      equal = equal && effect_of(policy, before.decide(client)) == effect_of(rest, after.decide(client));
    INFO("seed " << seed << "\n" << text);
    CHECK(equal);
  }
}

TEST_CASE("a name rule of another effect keeps a rule for a full address, not one for a prefix") {
  CHECK(redundant_texts("10.:deny\n10.1.:deny\n10.1.2.3:deny\n=host.example.com:allow\n:allow\n") ==
        std::vector<std::string>{"10.1."});
  CHECK(redundant_texts("10.:deny\n10.1.:deny\n10.1.2.3:deny\n=host.example.com:deny\n:allow\n") ==
        std::vector<std::string>{"10.1.", "10.1.2.3"});
}

TEST_CASE("variables count by what remains of them, in whatever order") {
  CHECK(redundant_texts("10.:allow,A=\"1\",B=\"2\"\n10.1.:allow,B=\"2\",A=\"1\"\n:deny\n") ==
        std::vector<std::string>{"10.1."});
  CHECK(redundant_texts("10.:allow,A=\"1\"\n10.1.:allow,A=\"2\",A=\"1\"\n10.2.:allow,A=\"1\",A=\"2\"\n:deny\n") ==
        std::vector<std::string>{"10.1."});
  CHECK(redundant_texts("10.:deny\n10.1.:deny,A=\"1\"\n:allow\n") == std::vector<std::string>{"10.1."});
}

TEST_CASE("a rule that agrees with the end of the file is redundant, the end is not") {
  CHECK(redundant_texts("10.:allow\n11.:deny\n:allow\n") == std::vector<std::string>{"10."});
  CHECK(redundant_texts("10.:allow\n11.:deny\n") == std::vector<std::string>{"10."});
  CHECK(redundant_texts("=.example.com:deny\n10.:allow\n:allow\n").empty());
}
