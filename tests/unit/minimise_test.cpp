// minimise: for every client of a small world the smaller text decides as the text did; it is never longer, and where
// everything can be tried, nothing shorter exists.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/effects.hpp"
#include "analysis/minimise_text.hpp"
#include "small_world.hpp"

namespace core {
namespace {

using small_world::policy_of;
using small_world::Size;

std::string minimised(const std::string& text, const char* format = "tcprules") {
  Policy policy = new_policy(*find_format(format));
  Findings findings;
  find_format(format)->parse(Source("", text, 0), {}, policy, findings);
  const auto result = analysis::minimise_text(*find_format(format), text, policy);
  return result ? result->text : "not proved";
}

std::size_t rule_count(const std::string& text) { return policy_of(text, small_world::key_order).rules.size(); }

/// True when evaluate gives every client of the world the same effect by both texts.
bool decide_alike(const std::string& before_text, const std::string& after_text, Size size) {
  const Policy before = policy_of(before_text, small_world::key_order);
  const Policy after = policy_of(after_text, small_world::key_order);
  const analysis::Effects effects(std::array{&before, &after});
  bool alike = true;
  const auto compare = [&](const Client& client) {
    alike = alike && effects.number_of(evaluate(before, client), 0) == effects.number_of(evaluate(after, client), 1);
  };
  small_world::for_each_client(std::nullopt, compare, size);
  for (const std::string& info : small_world::infos) small_world::for_each_client(info, compare, size);
  return alike;
}

/// A world in which all policies of up to three rules can be tried: three names for nine addresses, and rules about two
/// of each.
const std::vector<std::string> tiny_rules = [] {
  std::vector<std::string> rules;
  for (const char* pattern : {"", "0.", "1.", "0-1.", "0.0.", "0.1.", "0.0-1.", "=a", "="})
    for (const char* effect : {":deny\n", ":allow,RELAYCLIENT=\"\"\n"}) rules.push_back(std::string(pattern) + effect);
  return rules;
}();

/// What each client of that world gets; two policies decide alike for all clients there are when these are equal.
std::string answers_of(const std::string& text) {
  const Policy policy = policy_of(text, small_world::key_order);
  std::string answers;
  for (unsigned number = 0; number < 27; ++number) {
    Client client;
    client.address = Address::from_ipv4((number / 3 % 3) << 24 | (number % 3) << 16);
    if (number >= 9) client.host = number < 18 ? "a" : "b";
    const Decision decision = evaluate(policy, client);
    answers += relays(policy, decision) ? 'R' : permits(policy, decision) ? 'a' : 'd';
  }
  return answers;
}

/// For all answers that up to three rules can give: the least number of rules that give them.
std::map<std::string, std::size_t> fewest_rules() {
  std::map<std::string, std::size_t> fewest;
  std::vector<std::string> texts = {""};
  for (std::size_t count = 1; count <= 3; ++count) {
    std::vector<std::string> longer;
    for (const std::string& text : texts)
      for (const std::string& rule : tiny_rules) longer.push_back(text + rule);
    for (const std::string& text : longer) fewest.emplace(answers_of(text), count);
    texts = std::move(longer);
  }
  return fewest;
}

}  // namespace

TEST_CASE("of random policies the smaller text decides alike, is not longer, and is not made smaller again") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(2000); ++seed) {
    const Size size = seed % 20 == 0 ? Size::small : Size::tiny;
    const std::string text = small_world::RuleMaker(seed, size).rules(size == Size::small ? 12 : 8);
    CAPTURE(seed, text);
    const std::string smaller = minimised(text);
    CAPTURE(smaller);
    REQUIRE(smaller != "not proved");
    if (!decide_alike(text, smaller, size)) FAIL("another decision");
    if (rule_count(smaller) > rule_count(text) || smaller.size() > text.size()) FAIL("longer");
    if (minimised(smaller) != smaller) FAIL("made smaller again: " << minimised(smaller));
  }
}

TEST_CASE("where all policies of three rules can be tried, none is shorter") {
  const auto fewest = fewest_rules();
  std::mt19937 random(5);
  std::size_t compared = 0;
  for (std::uint32_t i = 0; i < small_world::rounds(3000); ++i) {
    std::string text;
    for (auto count = 1 + random() % 6; count > 0; --count) text += tiny_rules[random() % tiny_rules.size()];
    const auto best = fewest.find(answers_of(text));
    if (best == fewest.end()) continue;
    ++compared;
    CAPTURE(text, minimised(text));
    if (rule_count(minimised(text)) > best->second) FAIL("there is a text of " << best->second << " rules");
  }
  CHECK(compared >= small_world::rounds(1000));
}

TEST_CASE("the smallest file is what a careful hand would write") {
  struct Row {
    const char* text;
    const char* wanted;
  };
  static const Row rows[] = {
      // what says nothing new goes; what answers nobody goes
      {"10.1.:deny\n10.:deny\n:allow\n", "10.:deny\n:allow\n"},
      {"10.:deny\n10.:allow\n:allow\n", "10.:deny\n:allow\n"},
      {"10.0.0:deny\n10.0.0.0/8:deny\n:deny\n", ":deny\n"},
      {"=a.example:deny\n=.example:deny\n:allow\n", "=.example:deny\n:allow\n"},
      {"joe@10.1.2.3:deny\n10.:deny\n:allow\n", "10.:deny\n:allow\n"},
      {"joe@=a.example:allow\n:allow\n", ":allow\n"},
      // for an info its host names are asked before prefixes are: all of them, and no other info's
      {"joe@10.1.2.3:deny\njoe@=a:allow\njoe@=b:deny\n10.:deny\n:allow\n",
       "joe@10.1.2.3:deny\njoe@=a:allow\njoe@=b:deny\n10.:deny\n:allow\n"},
      {"joe@10.1.2.3:deny\njoe@=a:deny\nann@=a:allow\n10.:deny\n:allow\n",
       "joe@=a:deny\nann@=a:allow\n10.:deny\n:allow\n"},
      // neighbours
      {"10.0.:deny\n10.1.:deny\n10.2.:deny\n:allow\n", "10.0-2.:deny\n:allow\n"},
      {"10.2.:deny\n10.0-1.:deny\n:allow\n", "10.0-2.:deny\n:allow\n"},
      {"10.0-255.:deny\n:allow\n", "10.:deny\n:allow\n"},
      {"10.0-99.:deny\n10.100-255.:deny\n:allow\n", "10.:deny\n:allow\n"},
      {"192.0.2.4:deny\n192.0.2.5:deny\n:allow\n", "192.0.2.4-5:deny\n:allow\n"},
      {"0-9.:deny\n10-255.:deny\n:allow\n", "0-255.:deny\n:allow\n"},
      // an exception within neighbours does not part them
      {"10.0.:deny\n10.1.2.:allow\n10.1.:deny\n:allow\n", "10.0-1.:deny\n10.1.2.:allow\n:allow\n"},
      // the other way round is shorter
      {"10.0-9.:allow,A=\"1\"\n10.10.:deny\n10.11-255.:allow,A=\"1\"\n:allow\n",
       "10.:allow,A=\"1\"\n10.10.:deny\n:allow\n"},
      // a rule over others stays as it is; so does one whose range is not in the last octet
      {"10.3.:deny\n10.0-5.:allow\n:deny\n", "10.3.:deny\n10.0-5.:allow\n:deny\n"},
      {"10.0-3.7.:deny\n:allow\n", "10.0-3.7.:deny\n:allow\n"},
      // full addresses are asked before host names, prefixes behind them
      {"10.1.2.3:deny\n10.:deny\n=a:allow\n:allow\n", "10.1.2.3:deny\n10.:deny\n=a:allow\n:allow\n"},
      {"10.1.2.3:deny\n10.:deny\n=.a:allow\n:allow\n", "10.:deny\n:allow\n"},
      {"10.1.2.0-255:deny\n=a:allow,A='1'\n:allow\n", "10.1.2.0-255:deny\n=a:allow,A='1'\n:allow\n"},
      {"10.1.2.0-255:deny\n=a:allow\n:allow\n", "10.1.2.:deny\n:allow\n"},
      {"10.1.2.0-255:deny\n:allow\n", "10.1.2.:deny\n:allow\n"},
      // different environments are different; those that come to the same are not
      {"10.0.:allow,A=\"1\"\n10.1.:allow,A=\"2\"\n", "10.0.:allow,A=\"1\"\n10.1.:allow,A=\"2\"\n"},
      {"10.0.:allow,A=\"1\",B=\"2\"\n10.1.:allow,B='2',A='1'\n", "10.0-1.:allow,A=\"1\",B=\"2\"\n"},
      {"10.0.:deny,A=\"1\"\n10.1.:deny\n", "10.0-1.:deny,A=\"1\"\n"},
      // the rule for everybody stays, and a file is never empty
      {":allow\n", ":allow\n"},
      {"10.:allow\n", ":allow\n"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(minimised(row.text) == row.wanted);
  }
}

TEST_CASE("comments stay with rules that stay, and follow those that are joined") {
  CHECK(minimised("# our rules\n"
                  "\n"
                  "# offices\n"
                  "10.0.:allow,A=\"1\"  \n"
                  "# the new office\n"
                  "10.1.:allow,A=\"1\"\n"
                  "\n"
                  "# said twice\n"
                  "10.1.2.:allow,A=\"1\"\n"
                  "\n"
                  "# a heading\n"
                  "\n"
                  "# spammers\n"
                  "10.7.:deny\n"
                  ":allow\n") ==
        "# our rules\n"
        "\n"
        "# offices\n"
        "# the new office\n"
        "10.0-1.:allow,A=\"1\"\n"
        "\n"
        "# a heading\n"
        "\n"
        "# spammers\n"
        "10.7.:deny\n"
        ":allow\n");
}

TEST_CASE("a file that is as small as can be is not touched") {
  const std::string text = "\n# x\n  # y\n10.:deny  \n\n\n=.example:allow,A='1'\n# z\n:allow";
  CHECK(minimised(text) == text);
}

TEST_CASE("where the proof fails, there is no text") {
  const Policy other = policy_of("10.:deny\n", small_world::key_order);
  CHECK_FALSE(analysis::minimise_text(*find_format("tcprules"), "10.:allow\n:allow\n", other));
  CHECK_FALSE(analysis::minimise_text(*find_format("tcprules"), "10.:alow\n", other));
}

TEST_CASE("the extended dialect stays what it is") {
  CHECK(minimised("# relayrules: extended\n10.0.0.0/23 : deny # "
                  "two\n10.0.2.0/23:deny\n10.0.1.9:deny\n192.0.2.1-192.0.2.77:deny\n"
                  ":allow\n",
                  "tcprules-extended") ==
        "# relayrules: extended\n10.0.0-3. : deny # two\n192.0.2.1-192.0.2.77:deny\n:allow\n");
}

}  // namespace core
