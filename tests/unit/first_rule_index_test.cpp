// FirstRuleIndex against evaluate, for every client of small worlds.
#include "model/first_rule_index.hpp"

#include <catch2/catch.hpp>

#include "model/key_index.hpp"
#include "unit/small_world.hpp"

namespace core {

TEST_CASE("the index of first rules answers as evaluate does, for every client of a small world") {
  std::size_t asked = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(100); ++seed) {
    small_world::RuleMaker maker(seed);
    const std::string text = maker.rules(9);
    CAPTURE(seed, text);
    Policy policy = small_world::policy_of(text, small_world::first_match);
    if (seed % 2 == 0) small_world::add_exceptions(policy, maker);
    const FirstRuleIndex index(policy);
    small_world::for_each_client(std::nullopt, [&](const Client& client) {
      CAPTURE(format_address(client.address), client.host.value_or("-"));
      REQUIRE(index.decide(client, {}) == evaluate(policy, client));
      ++asked;
    });
  }
  CHECK(asked == small_world::rounds(100) * 83U * 14U);
}

TEST_CASE("the index of first rules knows daemons, prefixes of every length and networks of IPv6") {
  Policy policy;
  policy.lookup.by = Lookup::By::first_rule;
  DaemonList one;
  one.names.emplace_back("smtpd");
  const std::uint32_t daemons = policy.add_daemons(std::move(one));
  const std::uint32_t refused = policy.add_outcome(Access::deny, Relay::unchanged, 0);
  const std::uint32_t taken = policy.add_outcome(Access::allow, Relay::unchanged, 0);
  const auto add = [&](const ClientPattern& pattern, std::uint32_t outcome, const Condition& condition = {}) {
    policy.rules.add({pattern, outcome, 0, condition, {}});
  };
  add(*parse_prefix("10.1.0.0/17"), taken, {.daemons = daemons});
  add(*parse_prefix("10.1.2.3/32"), refused);
  add(*parse_prefix("10.1.2.0/23"), taken);
  add(*parse_prefix("2001:db8::/33"), refused);
  add(*parse_prefix("2001:db8::1/128"), taken);
  add(HostSuffix{".example.org"}, refused);
  add(*parse_prefix("0.0.0.0/0"), taken);
  add(AnyClient{}, refused);
  const FirstRuleIndex index(policy);
  for (const char* address : {"10.1.2.3", "10.1.3.255", "10.1.4.0", "10.1.128.1", "2001:db8::1", "2001:db9::", "::"})
    for (const std::optional<std::string>& host : {std::optional<std::string>(), {"example.org"}, {"a.example.org"}})
      for (const std::string daemon : {"smtpd", "sshd"}) {
        const Client client{*parse_address(address), host, std::nullopt};
        CAPTURE(address, host.value_or("-"), daemon);
        const Decision decision = index.decide(client, daemon);
        CHECK(decision == evaluate(policy, client, daemon));
        CHECK(decision == Evaluator(policy, daemon).decide(client));
      }
}

}  // namespace core
