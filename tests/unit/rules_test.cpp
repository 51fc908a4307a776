// The columns of rules: every pattern comes back as it was given, whatever is added behind it, in a copy too.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "model/dump.hpp"
#include "unit/policies.hpp"

namespace core {
namespace {

std::vector<ClientPattern> all_kinds(const std::string& longest) {
  return {AnyClient{},
          AnyNamedClient{},
          *parse_prefix("10.0.0.0/8"),
          *parse_prefix("10.1.2.3/32"),
          *parse_prefix("192.168.0.0/22"),
          *parse_prefix("0.0.0.0/0"),
          *parse_prefix("2001:db8::/32"),
          OctetRange{{10, 0, 2, 0}, 3, 1, 7, 255},
          OctetRange{{1, 2, 3, 0}, 4, 3, 0, 0},
          OctetRange{{0, 0, 0, 0}, 1, 0, 1, 2},
          Range{*parse_address("1.1.1.1"), *parse_address("1.1.1.9")},
          HostName{"mail.example.com"},
          HostName{""},
          HostName{"=odd"},
          HostName{longest},
          HostSuffix{".example.com"},
          HostSuffix{longest},
          RawKey{"10.0.0"},
          RawKey{"x8-10y", 1, 5, 8, 10},
          NameClass{NameState::paranoid},
          MaskedAddress{1, 0xff},
          TextPattern{"*.b?"},
          CidrNetwork{*parse_prefix("10.0.0.0/8")}};
}

}  // namespace

TEST_CASE("a pattern comes back as it was given, and in a copy of the policy, whatever is added to either") {
  for (const std::size_t size : {std::size_t{300}, TextPool::block_bytes - 2, TextPool::block_bytes - 1,
                                 TextPool::block_bytes, 3 * TextPool::block_bytes}) {
    const std::string longest(size, 'n');
    const std::vector<ClientPattern> patterns = all_kinds(longest);
    Policy policy;
    for (const ClientPattern& pattern : patterns) add_rule(policy, pattern);
    Policy copy = policy;
    for (int more = 0; more < 3000; ++more) add_rule(policy, HostName{"more.example.com"});
    for (int more = 0; more < 3000; ++more) add_rule(copy, HostName{"less.example.org"});
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      CAPTURE(i, size);
      REQUIRE(policy.rules[i].pattern() == patterns[i]);
      REQUIRE(copy.rules[i].pattern() == patterns[i]);
    }
    CHECK(policy.rules.back().pattern() == ClientPattern(HostName{"more.example.com"}));
    CHECK(copy.rules.back().pattern() == ClientPattern(HostName{"less.example.org"}));
  }
}

TEST_CASE("a rule stands where it was said to, and asks for what it was said to") {
  Policy policy;
  const std::uint32_t daemons = policy.add_daemons({{"smtp"}, {}, 0});
  const std::uint32_t info = policy.add_info("joe");
  for (const Condition& condition : {Condition{}, Condition{daemons, 0, 0}, Condition{daemons, 0, info}, Condition{}})
    add_rule(policy, *parse_prefix("10.0.0.0/8"), Access::deny, {}, condition, {{100, 200}, {120, 130}, 150});
  CHECK(policy.rules[2].condition() == Condition{daemons, 0, info});
  CHECK(policy.rules[3].condition() == Condition{});
  CHECK(policy.rules.conditions().size() == 3);
  CHECK(policy.rules[1].span() == Span{100, 200});
  CHECK(policy.rules[1].pattern_span() == Span{120, 130});
  CHECK(policy.rules[1].edits_begin() == 150);
  CHECK(policy.rules.octets(1));
  CHECK_FALSE(policy.rules.octets(2));  // it asks for an info
}

TEST_CASE("rules do the same exactly when they have the same outcome") {
  const EnvEdit relay{"RELAYCLIENT=", 11, false, false, {}, {}};
  const EnvEdit no_relay{"RELAYCLIENT", 11, true, false, {}, {}};
  const EnvEdit a{"A=1", 1, false, false, {}, {}};
  const EnvEdit b{"B=1", 1, false, false, {}, {}};
  const EnvEdit other_a{"A=2", 1, false, false, {}, {}};
  Policy policy;
  const auto outcome = [&](Access access, EnvEdits edits) {
    add_rule(policy, AnyClient{}, access, std::move(edits));
    return policy.rules.back().outcome_index();
  };
  CHECK(outcome(Access::allow, {}) == 0);  // as if there were no rule
  CHECK(outcome(Access::allow, {a, b}) == outcome(Access::allow, {b, a}));
  CHECK(outcome(Access::allow, {other_a, a}) == outcome(Access::allow, {a}));
  CHECK(outcome(Access::allow, {a}) != outcome(Access::allow, {other_a}));
  CHECK(outcome(Access::deny, {a}) == outcome(Access::deny, {}));
  const auto is_relay = [&](EnvEdits edits) { return policy.outcomes()[outcome(Access::allow, edits)].relays(); };
  CHECK(is_relay({relay}));
  CHECK(is_relay({no_relay, relay}));
  CHECK_FALSE(is_relay({relay, no_relay}));
  CHECK_FALSE(is_relay({no_relay}));
  CHECK_FALSE(policy.outcomes()[outcome(Access::deny, {relay})].relays());
}

TEST_CASE("a rule takes at most 40 bytes") {
  // what a rule adds to each column; texts of names and odd patterns come on top
  CHECK(Rules::bytes_a_rule <= 40);
}

}  // namespace core
