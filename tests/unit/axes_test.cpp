// axes: what is cut out of a policy is what evaluate says, for every client of a small world.
#include <catch2/catch.hpp>
#include <random>

#include "model/axes.hpp"
#include "small_world.hpp"

namespace core {
namespace {

Candidate look_up(const Axes& axes, const Client& client) {
  Candidate best = axes.anybody;
  for (std::size_t i = 0; i < axes.addresses.size(); ++i)
    if (axes.addresses.ranges[i].covers(client.address)) best = first_asked(best, axes.addresses.best[i]);
  return client.host ? first_asked(best, axes.find_name(pattern_of_name(*client.host))) : best;
}

void compare_all(const Policy& policy, const std::optional<std::string>& info) {
  const Axes axes = cut(policy, {}, info);
  small_world::for_each_client(info, [&](const Client& client) {
    const Candidate found = look_up(axes, client);
    const std::size_t wanted = evaluate(policy, client).rule.value_or(no_rule);
    if (found.rule != wanted)
      FAIL("evaluate says rule " << wanted << ", the axes " << found.rule << ", for "
                                 << format_address(client.address));
  });
}

}  // namespace

TEST_CASE("cut along its axes a policy decides every client of a small world as evaluate does") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(1500); ++seed) {
    const std::string text = small_world::RuleMaker(seed).rules(7);
    const Lookup lookup = seed % 3 == 0 ? small_world::first_match : small_world::key_order;
    CAPTURE(seed, text);
    const Policy policy = small_world::policy_of(text, lookup);
    compare_all(policy, std::nullopt);
    if (lookup != small_world::key_order) continue;
    for (const std::string& info : small_world::infos) compare_all(policy, info);
  }
}

TEST_CASE("the regions of a cut cover both families without gaps") {
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  parse_tcprules(Source("", "10.1.:deny\n10.:allow\n10.1.2.3:allow\n", 0), {}, TcprulesDialect::classic, policy,
                 findings);
  const Axes axes = cut(policy, {}, std::nullopt);
  const RangeList& ranges = axes.addresses.ranges;
  REQUIRE(ranges.size() == 8);
  REQUIRE(axes.addresses.size() == 8);
  CHECK(format_address(ranges[1].first) == "10.0.0.0");
  CHECK(format_address(ranges[1].last) == "10.0.255.255");
  CHECK(axes.addresses.best[1].rule == 1);
  CHECK(axes.addresses.best[3].rule == 2);
  CHECK(format_address(ranges[7].last) == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  for (std::size_t i = 1; i < 7; ++i) CHECK(successor(ranges[i - 1].last) == ranges[i].first);
}

TEST_CASE("names are compared from their end, byte by byte, however long they are") {
  std::mt19937 random(1);
  const auto random_name = [&] {
    std::string name;
    for (std::size_t size = random() % 20; name.size() < size;) name += "ab.\xff"[random() % 4];
    return name;
  };
  for (unsigned round = 0; round < small_world::rounds(20000); ++round) {
    const std::string end = random_name();
    const std::string a = random_name() + end;
    const std::string b = random_name() + end;
    CAPTURE(a, b);
    const std::string x(a.rbegin(), a.rend());
    const std::string y(b.rbegin(), b.rend());
    REQUIRE((compare_reversed(a, b) < 0) == (x < y));
    REQUIRE((compare_reversed(a, b) == 0) == (x == y));
  }
}

}  // namespace core
