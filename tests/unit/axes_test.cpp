// axes: what is cut out of a policy is what evaluate says, for every client of a small world.
#include <catch2/catch.hpp>

#include <random>

#include "formats/tcprules.hpp"
#include "model/axes.hpp"
#include "model/dump.hpp"
#include "model/evaluate.hpp"

namespace relayrules {
namespace {

const std::vector<std::string> small_names = {"a", "b", "a.a", "a.b", "b.a", "b.b", "a.a.b", "b.a.b", "c"};
const std::vector<std::string> small_infos = {"x", "y"};

struct World {
  std::mt19937 random;

  unsigned pick(unsigned below) { return static_cast<unsigned>(random() % below); }
  std::string octet() { return std::to_string(pick(3)); }

  std::string address() {
    switch (pick(6)) {
      case 0: return octet() + ".";
      case 1: return octet() + "." + octet() + ".";
      case 2: return octet() + "." + octet() + "." + octet() + ".";
      case 3: return octet() + ".0-" + octet() + ".";
      default: return octet() + "." + octet() + "." + octet() + "." + octet();
    }
  }
  std::string peer() {
    switch (pick(9)) {
      case 0: return "";
      case 1: return "=";
      case 2: return "=" + small_names[pick(9)];
      case 3: return "=." + small_names[pick(6)];
      case 4: return small_infos[pick(2)] + "@" + octet() + "." + octet() + "." + octet() + "." + octet();
      case 5: return small_infos[pick(2)] + "@=" + small_names[pick(9)];
      default: return address();
    }
  }
  std::string rules() {
    static const char* const effects[] = {":deny\n", ":allow\n", ":allow,RELAYCLIENT=\"\"\n"};
    std::string text;
    for (unsigned i = 1 + pick(7); i > 0; --i) text += peer() + effects[pick(3)];
    return text;
  }
};

Candidate look_up(const Axes& axes, const Client& client) {
  Candidate best = axes.anybody;
  for (const AddressRegion& region : axes.addresses)
    if (region.range.covers(client.address)) best = first_asked(best, region.best);
  return client.host ? first_asked(best, axes.find_name(*client.host)) : best;
}

void compare_all(const Policy& policy, const std::optional<std::string>& info) {
  const Axes axes = cut(policy, {}, info);
  for (unsigned number = 0; number < 81; ++number) {
    Client client;
    client.address = Address::from_ipv4((number / 27 % 3) << 24 | (number / 9 % 3) << 16 | (number / 3 % 3) << 8 | number % 3);
    client.info = info;
    for (std::size_t name = 0; name <= small_names.size(); ++name) {
      client.host = name < small_names.size() ? std::optional(small_names[name]) : std::nullopt;
      const Candidate found = look_up(axes, client);
      const Decision wanted = evaluate(policy, client);
      const std::size_t rule = wanted.rule.value_or(unclaimed);
      if (found.rule != rule) FAIL("evaluate says rule " << rule << ", the axes " << found.rule << ", for " << format_address(client.address));
    }
  }
}

}  // namespace

TEST_CASE("cut along its axes a policy decides every client of a small world as evaluate does") {
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    World world{std::mt19937(seed)};
    const std::string text = world.rules();
    Policy policy = new_policy(*find_format("tcprules"));
    policy.resolution = seed % 3 == 0 ? Resolution::first_match : Resolution::key_order;
    Findings findings;
    parse_tcprules(Source("", text, 0), {}, TcprulesDialect::classic, policy, findings);
    CAPTURE(seed, text);
    if (policy.resolution == Resolution::first_match)
      for (Rule& rule : policy.rules) rule.info = 0;  // first match knows no infos
    compare_all(policy, std::nullopt);
    if (policy.resolution == Resolution::key_order) compare_all(policy, "x");
  }
}

TEST_CASE("the regions of a cut cover both families without gaps") {
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  parse_tcprules(Source("", "10.1.:deny\n10.:allow\n10.1.2.3:allow\n", 0), {}, TcprulesDialect::classic, policy, findings);
  const Axes axes = cut(policy, {}, std::nullopt);
  REQUIRE(axes.addresses.size() == 8);
  CHECK(format_address(axes.addresses[1].range.first) == "10.0.0.0");
  CHECK(format_address(axes.addresses[1].range.last) == "10.0.255.255");
  CHECK(axes.addresses[1].best.rule == 1);
  CHECK(axes.addresses[3].best.rule == 2);
  CHECK(format_address(axes.addresses[7].range.last) == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  for (std::size_t i = 1; i < 7; ++i) CHECK(successor(axes.addresses[i - 1].range.last) == axes.addresses[i].range.first);
}

}  // namespace relayrules
