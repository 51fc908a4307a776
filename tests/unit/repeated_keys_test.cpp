// Repeated keys, shadowed rules and relay space, held against brute force over small worlds.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "lint/check.hpp"
#include "lint/exposure.hpp"
#include "lint/repeated_keys.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/key.hpp"
#include "unit/policies.hpp"

using namespace core;

namespace {

struct World {
  Sources sources;
  Policy policy;
};

World read_world(const std::string& text, std::string_view format = "tcprules") {
  World world{{}, new_policy(*find_format(format))};
  Findings findings;
  find_format(format)->parse(*world.sources.add("rules", text), {}, world.policy, findings);
  return world;
}

std::string random_rule(std::mt19937& random) {
  const auto pick = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  static const char* const patterns[] = {"20.", "20.0.",       "20.0.0.",      "",
                                         "=",   "=.a.example", "=b.a.example", "joe@20.0.0.1"};
  std::string pattern = patterns[pick(8)];
  if (pick(3) != 0) {
    const unsigned low = pick(256);
    pattern = "20.0.0." + std::to_string(low) + "-" + std::to_string(low + pick(256 - low));
  }
  static const char* const verdicts[] = {":deny\n", ":allow\n", ":allow,RELAYCLIENT=\"\"\n"};
  return pattern + verdicts[pick(3)];
}

std::string random_rules(std::mt19937& random) {
  std::string text;
  for (unsigned i = 0; i < 2 + random() % 9; ++i) text += random_rule(random);
  return text;
}

}  // namespace

TEST_CASE("repeated keys are those that a map of all keys finds") {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    const World world = read_world(random_rules(random));
    std::map<std::string, std::uint32_t> first;
    std::map<std::uint32_t, std::uint32_t> expected;
    for (std::uint32_t i = 0; i < world.policy.rules.size(); ++i)
      for_each_key(world.policy, world.policy.rules[i], [&](std::string_view key) {
        if (!first.try_emplace(std::string(key), i).second) ++expected[i];
      });
    std::map<std::uint32_t, std::uint32_t> found;
    const PolicyFacts facts(world.policy, world.sources);
    for (const RepeatedKeys& repeated : taken_keys(facts).repeated) found[repeated.rule] = repeated.count;
    CHECK(found == expected);
  }
}

TEST_CASE("the relay space is what evaluate says, address by address") {
  std::mt19937 random(12);
  for (int round = 0; round < 150; ++round) {
    // a rule for all of 20.0.0. and no wider one: outside of it nobody relays
    std::string text = random_rules(random) + "20.0.0.:deny\n";
    World world = read_world(text);
    world.policy = without(world.policy, [](Rule rule) {
      const auto prefix = rule.get_if<Prefix>();
      return rule.is<AnyClient>() || (prefix && prefix->bits < 24);
    });
    std::uint64_t expected = 0;
    for (std::uint32_t i = 0; i < 256; ++i) {
      const Client client{Address::from_ipv4(0x14000000 + i), std::nullopt, std::nullopt};
      expected += relays(world.policy, evaluate(world.policy, client)) ? 1 : 0;
    }
    const PolicyFacts facts(world.policy, world.sources);
    const RelaySpace space = relay_space(facts, "");
    INFO(text);
    CHECK(space.addresses == expected);
    CHECK(space.witness.has_value() == (expected != 0));
    CHECK(relay_upper_bound(facts) >= expected);
  }
}

TEST_CASE("a shadowed rule decides for no address, and a prefix that decides for none is shadowed or repeated") {
  std::mt19937 random(13);
  for (int round = 0; round < 150; ++round) {
    const std::string text =
        random_rules(random) + "20.0.0.:deny\n20.0.0.0-" + std::to_string(random() % 256) + ":allow\n";
    const World world = read_world(text);
    std::set<std::uint32_t> deciding;
    for (std::uint32_t i = 0; i < 256; ++i) {
      const Decision decision =
          evaluate(world.policy, {Address::from_ipv4(0x14000000 + i), std::nullopt, std::nullopt});
      if (decision.rule) deciding.insert(static_cast<std::uint32_t>(*decision.rule));
    }
    const PolicyFacts facts(world.policy, world.sources);
    Findings findings;
    find_check("shadowed-rule")->policy(facts, findings);
    const auto is_shadowed = [&](std::uint32_t index) {
      return std::any_of(findings.all().begin(), findings.all().end(), [&](const Finding& finding) {
        return finding.span == world.policy.rules[index].pattern_span();
      });
    };
    std::set<std::uint32_t> repeated;
    for (const RepeatedKeys& rule : taken_keys(facts).repeated) repeated.insert(rule.rule);
    INFO(text);
    for (std::uint32_t i = 0; i < world.policy.rules.size(); ++i) {
      const auto prefix = world.policy.rules[i].get_if<Prefix>();
      if (!prefix || prefix->bits != 24 || world.policy.rules[i].info() != 0 || repeated.count(i) != 0) continue;
      CHECK(is_shadowed(i) == (deciding.count(i) == 0));
    }
  }
}
