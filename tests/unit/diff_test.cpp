// diff: what it says of two policies is true for every client of a small world, and nothing is left out.
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "analysis/diff.hpp"
#include "base/launch.hpp"
#include "report/changes.hpp"
#include "report/clients.hpp"
#include "report/clients_json.hpp"
#include "small_world.hpp"

namespace core {
namespace {

using analysis::Change;
using analysis::ChangeKind;
using analysis::Effects;

/// All names and suffixes that the two policies are about.
std::vector<std::string> patterns_of(const Policy& before, const Policy& after) {
  std::vector<std::string> patterns;
  for (const Policy* policy : {&before, &after})
    for (std::string& pattern : small_world::name_patterns(*policy)) patterns.push_back(std::move(pattern));
  return patterns;
}

std::vector<std::string> texts_of(const analysis::Effect& effect) {
  std::vector<std::string> texts;
  for (const EnvEdit& edit : effect.edits) texts.push_back(edit.assignment);
  return texts;
}

void compare_all(const Policy& before, const Policy& after, small_world::Size size) {
  const std::vector<Change> changes = analysis::diff(before, after, {});
  bool differs = false;
  const Effects effects(std::array{&before, &after});
  const auto check = [&](const Client& client) {
    const bool wanted = effects.number_of(evaluate(before, client), 0) != effects.number_of(evaluate(after, client), 1);
    differs = differs || wanted;
    if (wanted && changes.empty()) FAIL("no change is reported, but " << format_address(client.address) << " changes");
  };
  small_world::for_each_client(std::nullopt, check, size);
  for (const std::string& info : small_world::infos) small_world::for_each_client(info, check, size);
  // every change has a witness that diff itself has put to evaluate; here the effects must differ, too
  for (const Change& change : changes)
    if (effects.number_of(evaluate(before, change.clients.witness), 0) ==
        effects.number_of(evaluate(after, change.clients.witness), 1))
      FAIL("a change is reported, but its witness " << format_address(change.clients.witness.address)
                                                    << " does not change");
}

ChangeKind expected_kind(const analysis::Effect& was, const analysis::Effect& is) {
  if (is.relay && !was.relay) return ChangeKind::relay_gained;
  if (was.relay && !is.relay) return is.allowed ? ChangeKind::relay_lost : ChangeKind::denied;
  if (is.allowed == was.allowed) return ChangeKind::environment;
  return is.allowed ? ChangeKind::allow_gained : ChangeKind::denied;
}

/// Each client changes exactly when a change says so, and as it says. For policies without infos, where that is easy to
/// say.
void compare_exactly(const Policy& before, const Policy& after, std::size_t affordable) {
  const std::vector<Change> changes = analysis::diff(before, after, {}, affordable);
  const std::vector<std::string> patterns = patterns_of(before, after);
  const Effects effects(std::array{&before, &after});
  small_world::for_each_client(std::nullopt, [&](const Client& client) {
    const auto from = effects.number_of(evaluate(before, client), 0);
    const auto to = effects.number_of(evaluate(after, client), 1);
    unsigned count = 0;
    for (const Change& change : changes) {
      if (!small_world::is_in(change.clients, client, patterns)) continue;
      ++count;
      const auto& was = effects.effect(from);
      const auto& is = effects.effect(to);
      if (expected_kind(was, is) != change.kind ||
          (change.alike && expected_kind(was, is) != kind_of(change.before.effect, change.after.effect)))
        FAIL(format_address(client.address) << " changes in another way than is reported");
      if (change.alike &&
          (texts_of(was) != texts_of(change.before.effect) || texts_of(is) != texts_of(change.after.effect)))
        FAIL(format_address(client.address) << " has another environment than is reported");
    }
    if ((from != to) != (count > 0) || count > 1)
      FAIL(format_address(client.address) << " named " << client.host.value_or("-") << " changes: " << (from != to)
                                          << ", reported " << count << " times");
  });
}

/// The rules that are not about infos, whatever their keys are read as.
std::string without_infos(const std::string& text) {
  std::istringstream lines(text);
  std::string rest;
  for (std::string line; std::getline(lines, line);) {
    const auto readings = readings_of(tcpserver_keys, line.substr(0, line.find(':')));
    const auto is_about_info = [](const KeyReading& reading) { return reading.kind <= KeyKind::info_host; };
    if (std::none_of(readings.begin(), readings.end(), is_about_info)) rest += line + "\n";
  }
  return rest;
}

/// Each client with an info whose decision changes is in one change for its info or for none, which says so; and no
/// other is in one for its info.
void compare_infos(const Policy& before, const Policy& after, std::size_t affordable) {
  const std::vector<Change> changes = analysis::diff(before, after, {}, affordable);
  const std::vector<std::string> plain_patterns = patterns_of(before, after);
  std::map<std::string_view, std::vector<std::string>> info_patterns;  // and those of rules for the info
  for (const std::string& info : small_world::infos) info_patterns[info] = plain_patterns;
  for (const Policy* policy : {&before, &after})
    for (const InfoRules& rules : info_rules_of(*policy))
      for (const NameRegion& name : rules.names) info_patterns[rules.info].emplace_back(name.pattern);
  const Effects effects(std::array{&before, &after});
  const auto check = [&](const Client& client) {
    const auto from = effects.number_of(evaluate(before, client), 0);
    const auto to = effects.number_of(evaluate(after, client), 1);
    unsigned own = 0;
    bool found = false;
    for (const Change& change : changes) {
      const bool is_own = change.clients.info == client.info;
      const auto& patterns = is_own ? info_patterns[*client.info] : plain_patterns;
      if ((change.clients.info && !is_own) || !small_world::is_in(change.clients, client, patterns)) continue;
      own += is_own ? 1 : 0;
      found = found || change.kind == kind_of(effects.effect(from), effects.effect(to));
    }
    if (own > (from != to ? 1U : 0U) || (from != to && !found))
      FAIL(format_address(client.address) << " named " << client.host.value_or("-") << " with ident " << *client.info
                                          << " changes: " << (from != to) << ", reported " << own << " times");
  };
  for (const std::string& info : small_world::infos) small_world::for_each_client(info, check, small_world::Size::tiny);
}

std::string texts_of_numbers(int count, const std::function<std::string(int)>& text) {
  std::string texts;
  for (int i = 0; i < count; ++i) texts += text(i);
  return texts;
}

std::vector<Change> diff_of(const std::string& before, const std::string& after) {
  return analysis::diff(small_world::policy_of(before, small_world::key_order),
                        small_world::policy_of(after, small_world::key_order), {});
}

}  // namespace

TEST_CASE("of 6,000 pairs of policies every change is true, and none is missing") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(6000); ++seed) {
    // nearly all pairs are of the tiny world, where the corners come up often
    const auto size = seed % 100 == 0 ? small_world::Size::small : small_world::Size::tiny;
    small_world::RuleMaker maker(seed, size);
    const unsigned most = size == small_world::Size::small ? 7 : 4;
    const std::string before = maker.rules(most);
    const std::string after = maker.rules(most);
    const Lookup lookup = seed % 4 == 0 ? small_world::first_match : small_world::key_order;
    CAPTURE(seed, before, after);
    compare_all(small_world::policy_of(before, lookup), small_world::policy_of(after, small_world::key_order), size);
  }
}

TEST_CASE("two threads find what one finds") {
  const std::size_t usual = worth_a_thread;
  std::size_t found = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    const Policy before = small_world::policy_of(maker.rules(6), small_world::key_order);
    const Policy after = small_world::policy_of(maker.rules(6), small_world::key_order);
    worth_a_thread = 1'000'000;
    const std::vector<Change> alone = analysis::diff(before, after, {});
    worth_a_thread = 1;
    const std::vector<Change> together = analysis::diff(before, after, {});
    INFO("seed " << seed);
    REQUIRE(together.size() == alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      CHECK(together[i].kind == alone[i].kind);
      CHECK(format_client(together[i].clients.witness) == format_client(alone[i].clients.witness));
    }
    found += alone.size();
  }
  worth_a_thread = usual;
  CHECK(found > 200);
}

TEST_CASE("a client is in a change exactly when its decision changes, however coarse the changes are") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(1500); ++seed) {
    small_world::RuleMaker maker(seed);
    const std::string before = without_infos(maker.rules(5));
    const std::string after = without_infos(maker.rules(5));
    const auto lookup = seed % 3 == 0 ? small_world::first_match : small_world::key_order;
    const std::size_t affordable = seed % 2 == 0 ? 0 : analysis::affordable_listing;
    CAPTURE(seed, before, after);
    compare_exactly(small_world::policy_of(before, lookup), small_world::policy_of(after, small_world::key_order),
                    affordable);
  }
}

TEST_CASE("a client with an info is in a change for it exactly when its decision changes") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(3000); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    const std::string before = maker.rules(9);
    const std::string after = maker.rules(9);
    CAPTURE(seed, before, after);
    compare_infos(small_world::policy_of(before, small_world::key_order),
                  small_world::policy_of(after, small_world::key_order),
                  seed % 2 == 0 ? 0 : analysis::affordable_listing);
  }
}

TEST_CASE("what hundreds of infos have in common is one list, which a long report shows once") {
  const auto number = [](int i) { return std::to_string(i); };
  const auto outcome = [](int i) { return i % 2 == 0 ? ":deny\n" : ":allow,RELAYCLIENT=\"\"\n"; };
  const auto host_info = [&](int i) { return "u" + number(i) + "@=h" + number(i) + ":allow,RELAYCLIENT=\"\"\n"; };
  const auto address_info = [&](int i) {
    return "u" + number(i) + "@172.0." + number(i / 200) + "." + number(i % 200) + ":allow,RELAYCLIENT=\"\"\n";
  };
  const auto address = [&](int i) { return "10.0." + number(i / 200) + "." + number(i % 200) + outcome(i); };
  const auto host = [&](int i) { return "=h" + number(i) + outcome(i); };
  struct Row {
    std::string before;
    std::string after;
    bool by_names;
  };
  for (const auto& [before, after, by_names] :
       {Row{texts_of_numbers(600, host_info), texts_of_numbers(600, address), false},
        Row{texts_of_numbers(600, address_info), texts_of_numbers(600, host), true}}) {
    const Policy from = small_world::policy_of(before, small_world::key_order);
    const Policy to = small_world::policy_of(after, small_world::key_order);
    const analysis::Changes changes(from, to, {});
    Sources sources;
    std::string text;
    format_changes_json(changes, {{from, sources, "a"}, {to, sources, "b"}},
                        [&](std::string_view more) { text += more; });
    CHECK(text.size() < 5'000'000);
    const Json list = Json::parse(text)["changes"];
    const char* const field = by_names ? "names" : "prefixes";
    std::size_t place = 0;
    std::size_t referred = 0;
    changes.for_each([&](const Change& change) {
      const Json wanted = by_names ? names_json(change.clients.names) : prefixes_json(change.clients.ranges);
      Json shown = list[place++][field];
      referred += shown.is_object() ? 1 : 0;
      if (shown.is_object()) shown = list[shown["same_as"].get<std::size_t>()][field];
      if (shown != wanted) FAIL("change " << place << " has another list");
      if (change.clients.info && change.kind == ChangeKind::denied)
        CHECK((by_names ? change.clients.names.patterns.size() : change.clients.ranges.size()) == 300);
    });
    CHECK(place == changes.size());
    CHECK(referred > 100);
  }
}

TEST_CASE("changes between policies with exceptions are exact, too") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(700); ++seed) {
    small_world::RuleMaker maker(seed);
    const std::string before = without_infos(maker.rules(5));
    const std::string after = without_infos(maker.rules(5));
    CAPTURE(seed, before, after);
    Policy exceptional = small_world::policy_of(before, small_world::first_match);
    small_world::add_exceptions(exceptional, maker);
    Policy other = small_world::policy_of(after, seed % 2 == 0 ? small_world::first_match : small_world::key_order);
    if (seed % 4 == 0) small_world::add_exceptions(other, maker);
    compare_exactly(exceptional, other, analysis::affordable_listing);
    compare_exactly(other, exceptional, 0);
  }
}

TEST_CASE("many rules for names share a change where listing each pair of rules would be too much") {
  std::string before;
  std::string after;
  for (int i = 0; i < 400; ++i) {
    before += "10.0." + std::to_string(i / 200) + "." + std::to_string(i % 200 * 1) + ":deny\n";
    after += "10.0." + std::to_string(i / 200) + "." + std::to_string(i % 200 * 1) + ":deny\n";
    before += "=host" + std::to_string(i) + ".example:allow,A=\"" + std::to_string(i) + "\"\n";
    after += "=host" + std::to_string(i) + ".example:allow,B=\"" + std::to_string(i) + "\"\n";
  }
  CHECK(diff_of(before, after).size() == 400);  // beside some addresses each is listed
  const Policy from = small_world::policy_of(before, small_world::key_order);
  const Policy to = small_world::policy_of(after, small_world::key_order);
  const auto changes = analysis::diff(from, to, {}, 100);
  REQUIRE(changes.size() == 1);
  const Change& change = changes.front();
  CHECK_FALSE(change.alike);
  CHECK(change.kind == ChangeKind::environment);
  CHECK(change.clients.names.patterns.size() == 400);
  CHECK(change.clients.witness.host == "host0.example");
  REQUIRE(change.before.effect.edits.size() == 1);
  CHECK(change.before.effect.edits.front().assignment == "A=0");
}

TEST_CASE("a witness for names that no rule is about has such a name") {
  const auto changes = diff_of("=.invalid:allow\n=host.invalidx:allow\n=:allow\n:deny\n",
                               "=.invalid:allow\n=host.invalidx:allow\n:deny\n");
  REQUIRE(changes.size() == 1);
  CHECK(changes.front().clients.witness.host == "hostx.invalidx");
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
  CHECK(format_prefixes(change.clients.ranges) == "10.1.2.0/23");
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

}  // namespace core
