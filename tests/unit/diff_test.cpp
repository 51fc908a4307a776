// diff: what it says of two policies is true for every client of a small world, and nothing is left out.
#include <catch2/catch.hpp>

#include <algorithm>

#include "analysis/diff.hpp"
#include "report/changes.hpp"
#include "small_world.hpp"

namespace relayrules {
namespace {

using analysis::Change;
using analysis::Effects;

/// All names and suffixes that rules of the two policies are about.
std::vector<std::string> patterns_of(const Policy& before, const Policy& after) {
  std::vector<std::string> patterns;
  for (const Policy* policy : {&before, &after})
    for (const Rule& rule : policy->rules) {
      if (const auto* host = std::get_if<HostName>(&rule.peer)) patterns.push_back(host->name);
      if (const auto* suffix = std::get_if<HostSuffix>(&rule.peer)) patterns.push_back(suffix->suffix);
    }
  return patterns;
}

/// The pattern that takes `host`: the name itself, else the longest suffix; empty when there is none.
std::string pattern_for(const std::string& host, const std::vector<std::string>& patterns) {
  std::string longest;
  for (const std::string& pattern : patterns) {
    if (pattern == host) return pattern;
    if (pattern.starts_with('.') && host.size() > pattern.size() && host.ends_with(pattern) &&
        pattern.size() > longest.size())
      longest = pattern;
  }
  return longest;
}

bool is_about(const Change& change, const Client& client, const std::vector<std::string>& patterns) {
  const auto covers = [&](const Prefix& prefix) { return prefix.covers(client.address); };
  if (std::none_of(change.clients.prefixes.begin(), change.clients.prefixes.end(), covers)) return false;
  if (change.clients.names.any) return true;
  if (!client.host) return change.clients.names.without;
  const std::string pattern = pattern_for(*client.host, patterns);
  if (pattern.empty()) return change.clients.names.others;
  return std::find(change.clients.names.patterns.begin(), change.clients.names.patterns.end(), pattern) !=
         change.clients.names.patterns.end();
}

/// The effect that evaluate gives, as a number to compare.
std::uint32_t effect_of(Effects& effects, const Policy& policy, const Client& client) {
  const Decision decision = evaluate(policy, client);
  return effects.number_of(policy, {0, decision.rule ? static_cast<std::uint32_t>(*decision.rule) : unclaimed});
}

void compare_all(const Policy& before, const Policy& after, small_world::Size size) {
  const std::vector<Change> changes = analysis::diff(before, after, {});
  bool differs = false;
  Effects effects;
  const auto check = [&](const Client& client) {
    const bool wanted = effect_of(effects, before, client) != effect_of(effects, after, client);
    differs = differs || wanted;
    if (wanted && changes.empty()) FAIL("no change is reported, but " << format_address(client.address) << " changes");
  };
  small_world::for_each_client(std::nullopt, check, size);
  for (const std::string& info : small_world::infos) small_world::for_each_client(info, check, size);
  // every change has a witness that diff itself has put to evaluate; here the effects must differ, too
  for (const Change& change : changes)
    if (effect_of(effects, before, change.clients.witness) == effect_of(effects, after, change.clients.witness))
      FAIL("a change is reported, but its witness " << format_address(change.clients.witness.address)
                                                    << " does not change");
}

/// Each client changes exactly when a change says so. For policies without names and infos, where that is easy to say.
void compare_addresses(const Policy& before, const Policy& after) {
  const std::vector<Change> changes = analysis::diff(before, after, {});
  const std::vector<std::string> patterns = patterns_of(before, after);
  Effects effects;
  small_world::for_each_client(std::nullopt, [&](const Client& client) {
    const bool wanted = effect_of(effects, before, client) != effect_of(effects, after, client);
    const auto count = std::count_if(changes.begin(), changes.end(), [&](const Change& change) {
      return !change.clients.info && is_about(change, client, patterns);
    });
    if (wanted != (count > 0) || count > 1)
      FAIL(format_address(client.address)
           << " named " << client.host.value_or("-") << " changes: " << wanted << ", reported " << count << " times");
  });
}

std::vector<Change> diff_of(const std::string& before, const std::string& after) {
  return analysis::diff(small_world::policy_of(before, Resolution::key_order),
                        small_world::policy_of(after, Resolution::key_order), {});
}

}  // namespace

TEST_CASE("of 50,000 pairs of policies every change is true, and none is missing") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(50000); ++seed) {
    // nearly all pairs are of the tiny world, where the corners come up often
    const auto size = seed % 100 == 0 ? small_world::Size::small : small_world::Size::tiny;
    small_world::RuleMaker maker(seed, size);
    const unsigned most = size == small_world::Size::small ? 7 : 4;
    const std::string before = maker.rules(most);
    const std::string after = maker.rules(most);
    const Resolution resolution = seed % 4 == 0 ? Resolution::first_match : Resolution::key_order;
    CAPTURE(seed, before, after);
    compare_all(small_world::policy_of(before, resolution), small_world::policy_of(after, Resolution::key_order), size);
  }
}

TEST_CASE("a client is in a change exactly when its decision changes") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(3000); ++seed) {
    small_world::RuleMaker maker(seed);
    std::string before = maker.rules(5);
    std::string after = maker.rules(5);
    const auto drop_infos = [](std::string text) {
      for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@')) text.erase(at - 1, 2);
      return text;
    };
    before = drop_infos(before);
    after = drop_infos(after);
    CAPTURE(seed, before, after);
    compare_addresses(small_world::policy_of(before, Resolution::key_order),
                      small_world::policy_of(after, Resolution::key_order));
  }
}

TEST_CASE("two texts that decide alike are the same, however they are written") {
  CHECK(diff_of("10.0-255.:deny\n:allow\n", "10.:deny\n").empty());
  CHECK(diff_of(":allow,A=\"1\",A=\"2\"\n", "=:allow,A='2'\n:allow,A=|2|\n").empty());
  CHECK(diff_of("10.1.2.3:deny\n10.0.0.0/8:allow,RELAYCLIENT=\"\"\n", "10.1.2.3:deny\n").empty());
}

TEST_CASE("a new relay net is said with its addresses, its witness and the rules of both sides") {
  const auto changes = diff_of("10.1.:allow\n:deny\n", "10.1.:allow\n10.1.2-3.:allow,RELAYCLIENT=\"\"\n:deny\n");
  REQUIRE(changes.size() == 1);
  const Change& change = changes.front();
  CHECK(analysis::change_kind_name(change.kind) == "relay-gained");
  REQUIRE(change.clients.prefixes.size() == 1);
  CHECK(format_prefix(change.clients.prefixes.front()) == "10.1.2.0/23");
  CHECK(change.clients.addresses.text() == "512");
  CHECK(change.clients.names.any);
  CHECK(change.before.rule == 0);
  CHECK(change.after.rule == 1);
  CHECK(format_address(change.clients.witness.address) == "10.1.2.0");
}

TEST_CASE("a change for everybody counts every address of both families") {
  const auto changes = diff_of(":allow\n", ":deny\n");
  REQUIRE(changes.size() == 1);
  CHECK(changes.front().clients.addresses.text() == "340282366920938463463374607436063178752");
  CHECK(changes.front().clients.addresses.text_with_commas() == "340,282,366,920,938,463,463,374,607,436,063,178,752");
}

}  // namespace relayrules
