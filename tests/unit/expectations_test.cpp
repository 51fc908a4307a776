// Expectations: what is proved is true of every client of a small world, and a counterexample is one.
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "analysis/expectation_text.hpp"
#include "analysis/first_expectations.hpp"
#include "report/expectations.hpp"
#include "small_world.hpp"

namespace core {
namespace {

using analysis::Expectation;
using analysis::ExpectationFile;
using analysis::HostKind;
using analysis::InfoKind;
using analysis::TestResult;
using small_world::policy_of;
using small_world::RuleMaker;

ExpectationFile parse(const std::string& text, Sources& sources, Findings& findings) {
  return analysis::parse_expectations(*sources.add("x.expect", text), sources, findings);
}

/// Clients that stand for all others: octets, names and infos that rules are about, and one of each that none is.
std::vector<Client> make_clients() {
  std::vector<std::optional<std::string>> names = {std::nullopt, "z",     "z.a",   "z.b", "z.a.a",
                                                   "z.a.b",      "z.b.a", "z.b.b", "z.a."};
  names.insert(names.end(), small_world::names.begin(), small_world::names.end());
  std::vector<Address> addresses = {*parse_address("2001:db8::1")};
  for (const std::uint32_t a : {0U, 1U, 9U})
    for (const std::uint32_t b : {0U, 1U, 9U})
      for (const std::uint32_t c : {0U, 9U})
        for (const std::uint32_t d : {0U, 9U}) addresses.push_back(Address::from_ipv4(a << 24 | b << 16 | c << 8 | d));
  std::vector<std::optional<std::string>> infos = {std::nullopt, "z"};
  infos.insert(infos.end(), small_world::infos.begin(), small_world::infos.end());
  std::vector<Client> clients;
  for (const Address& address : addresses)
    for (const auto& name : names)
      for (const auto& info : infos) clients.push_back({address, name, info});
  return clients;
}

/// A line, and who is meant by it in the plainest words.
struct Line {
  std::string text;
  std::function<bool(const Client&)> is_meant;
  std::function<bool(const analysis::Effect&)> holds;
};

bool has_name_like(const Client& client, const std::string& pattern) {
  if (!client.host) return false;
  return pattern.starts_with('.') ? client.host->ends_with(pattern) && client.host->size() > pattern.size()
                                  : *client.host == pattern;
}

using Addresses = std::pair<const char*, std::function<bool(const Address&)>>;

std::function<bool(const Address&)> in(const char* prefix) {
  return [prefix = *parse_prefix(prefix)](const Address& address) { return prefix.covers(address); };
}

const std::vector<Addresses> address_words = {
    {"any", [](const Address&) { return true; }},
    {"0.0.0.0/0", in("0.0.0.0/0")},
    {"::/0", in("::/0")},
    {"0.", in("0.0.0.0/8")},
    {"1.", in("1.0.0.0/8")},
    {"0.0.0.0/7", in("0.0.0.0/7")},
    {"0.1.0.0/16", in("0.1.0.0/16")},
    {"1.0.0.", in("1.0.0.0/24")},
    {"1.1.0.0", in("1.1.0.0/32")},
    {"0.0.0.0", in("0.0.0.0/32")},
    {"0.1.0.0-1.0.255.255",
     [](const Address& address) {
       return address.family == Family::ipv4 && address.ipv4() >= 0x00010000 && address.ipv4() <= 0x0100ffff;
     }},
};

struct Word {
  const char* text;
  std::function<bool(const analysis::Effect&)> holds;
};
bool sets_a(const analysis::Effect& effect, std::string_view to = {}) {
  return std::any_of(effect.edits.begin(), effect.edits.end(),
                     [&](const EnvEdit& edit) { return edit.name() == "A" && (to.empty() || edit.value() == to); });
}
const std::vector<Word> demand_words = {
    {"relay", [](const analysis::Effect& effect) { return effect.relay; }},
    {"no-relay", [](const analysis::Effect& effect) { return !effect.relay; }},
    {"allow", [](const analysis::Effect& effect) { return effect.allowed; }},
    {"deny", [](const analysis::Effect& effect) { return !effect.allowed; }},
    {"allow no-relay", [](const analysis::Effect& effect) { return effect.allowed && !effect.relay; }},
    {"A=\"1\"", [](const analysis::Effect& effect) { return sets_a(effect, "1"); }},
    {"-A", [](const analysis::Effect& effect) { return !sets_a(effect); }},
};

/// Half of all lines are about names, half about infos, so that they meet the rules about these.
Line random_line(RuleMaker& maker) {
  const Addresses& included = address_words[maker.pick(11)];
  const Addresses* excluded = maker.pick(3) == 0 ? &address_words[3 + maker.pick(8)] : nullptr;
  const Word& word = demand_words[maker.pick(7)];
  Line line{std::string(included.first) + (excluded != nullptr ? std::string(" except ") + excluded->first : ""),
            {},
            word.holds};
  const unsigned host = maker.pick(7);
  const std::string name = (maker.pick(2) == 0 ? "." : "") + small_world::names[maker.pick(6)];
  if (host < 2) line.text += " host=" + name;
  if (host == 2) line.text += " host=none";
  if (host == 3) line.text += " host=any";
  const std::string other = (maker.pick(2) == 0 ? "." : "") + small_world::names[maker.pick(6)];
  const bool excludes = host != 2 && maker.pick(4) == 0;
  if (excludes) line.text += " host!=" + other;
  const unsigned info = maker.pick(6);
  const std::string text = info == 1 ? "y" : info == 2 ? "z" : "x";
  if (info < 3) line.text += " info=" + text;
  if (info == 3) line.text += " info=none";
  line.is_meant = [=, inside = included.second, outside = excluded](const Client& client) {
    if (!inside(client.address) || (outside != nullptr && outside->second(client.address))) return false;
    if (host < 2 && !has_name_like(client, name)) return false;
    if ((host == 2 && client.host) || (host == 3 && !client.host)) return false;
    if (excludes && has_name_like(client, other)) return false;
    return !((info < 3 && client.info != text) || (info == 3 && client.info));
  };
  const bool env = std::string_view(word.text).find('A') != std::string_view::npos;
  line.text = (env ? "env " : "") + line.text + " " + word.text;
  return line;
}

std::vector<std::string> patterns_of(const Policy& policy, const Expectation& expectation,
                                     const std::optional<std::string>& info) {
  std::vector<std::string> patterns = small_world::name_patterns(policy, info);
  patterns.push_back(expectation.clients.host.pattern);
  return patterns;
}

/// Only clients of whom that is sure: those that a rule with an info may be about are left out of a set without.
bool is_in(const Client& client, const analysis::ClientSet& set, const std::vector<std::string>& patterns) {
  return client.info == set.info && small_world::is_in(set, client, patterns);
}

analysis::Effect effect_of(const Policy& policy, const Client& client) {
  const Decision decision = evaluate(policy, client);
  analysis::Effect effect{permits(policy, decision), relays(policy, decision), {}};
  if (effect.allowed) effect.edits = edits_of(policy, decision);
  return effect;
}

struct World {
  std::vector<Client> clients = make_clients();
  std::vector<analysis::Effect> effects;

  void decide(const Policy& policy) {
    effects.clear();
    for (const Client& client : clients) effects.push_back(effect_of(policy, client));
  }
};

void compare(const World& world, const Policy& policy, const Line& line, const Expectation& expectation,
             const TestResult& outcome) {
  bool wanted = true;
  const auto patterns =
      patterns_of(policy, expectation, outcome.counterexample ? outcome.counterexample->clients.info : std::nullopt);
  for (std::size_t i = 0; i < world.clients.size(); ++i) {
    const Client& client = world.clients[i];
    const bool fails = line.is_meant(client) && !line.holds(world.effects[i]);
    wanted = wanted && !fails;
    if (outcome.counterexample && !fails && is_in(client, outcome.counterexample->clients, patterns) &&
        (line.is_meant(client) || expectation.clients.host.excluded.empty()))
      FAIL("the counterexample has a client that does not fail: " << format_address(client.address) << " "
                                                                  << client.host.value_or("-"));
  }
  if (outcome.holds != wanted) FAIL("proved: " << outcome.holds << ", but so for all clients: " << wanted);
  if (outcome.holds) return;
  const Client& witness = outcome.counterexample->clients.witness;
  CHECK(line.is_meant(witness));
  CHECK_FALSE(line.holds(effect_of(policy, witness)));
}

Policy random_policy(RuleMaker& maker, std::uint32_t seed) {
  const Lookup lookup = seed % 4 == 0 ? small_world::first_match : small_world::key_order;
  return policy_of(maker.rules(6), lookup);
}

std::string said_of(const std::string& text) {
  Sources sources;
  Findings findings;
  const ExpectationFile file = parse(text, sources, findings);
  std::string said;
  for (const Finding& finding : findings.all())
    said += std::to_string(sources.position(finding.span.begin).line) + ": " + finding.message.text(sources) + "\n";
  CHECK((file.complete && !file.contradictory) == said.empty());
  return said;
}

}  // namespace

TEST_CASE("an expectation is proved exactly when every client that is meant has what it wants") {
  World world;
  std::size_t proved = 0;
  std::size_t failed = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(400); ++seed) {
    RuleMaker maker(seed, small_world::Size::tiny);
    const Policy policy = random_policy(maker, seed);
    world.decide(policy);
    const auto clients = analysis::partition(policy, {});
    std::string all_that_hold;
    for (unsigned i = 0; i < 40; ++i) {
      const Line line = random_line(maker);
      Sources sources;
      Findings findings;
      const ExpectationFile file = parse(line.text, sources, findings);
      if (!file.complete) continue;  // nobody is left
      CAPTURE(seed, line.text);
      const TestResult outcome = analysis::prove(file.expectations.front(), &clients, {});
      compare(world, policy, line, file.expectations.front(), outcome);
      ++(outcome.holds ? proved : failed);
      if (outcome.holds) all_that_hold += line.text + "\n";
    }
    // what holds of one policy together does not contradict itself
    if (!all_that_hold.empty()) CHECK(said_of(all_that_hold).empty());
  }
  CHECK(proved > 10 * small_world::rounds(100));
  CHECK(failed > 10 * small_world::rounds(100));
}

TEST_CASE("a name without an address is about clients whose address no rule decides about") {
  World world;
  std::size_t held = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(400); ++seed) {
    RuleMaker maker(seed, small_world::Size::tiny);
    const Policy policy = random_policy(maker, seed);
    const std::string name = (maker.pick(2) == 0 ? "." : "") + small_world::names[maker.pick(6)];
    const Word& word = demand_words[maker.pick(4)];
    const std::string text = "host=" + name + " " + word.text;
    CAPTURE(seed, text);
    Sources sources;
    Findings findings;
    const ExpectationFile file = parse(text, sources, findings);
    const auto clients = analysis::partition(policy, {});
    const bool holds = analysis::prove(file.expectations.front(), &clients, {}).holds;
    bool wanted = true;
    for (const Client& client : world.clients) {
      if (!has_name_like(client, name)) continue;
      const Decision decision = evaluate(policy, client);
      if (decision.rule && !ranges_of(policy.rules[*decision.rule].pattern()).empty()) continue;
      wanted = wanted && word.holds(effect_of(policy, client));
    }
    // tiny worlds leave many addresses that no rule is about
    CHECK(holds == wanted);
    held += holds ? 1 : 0;
  }
  CHECK(held > small_world::rounds(40));
  CHECK(said_of("192.168.7.20 relay\nhost=mail.example.com no-relay\n").empty());
  CHECK(said_of("any host=mail.example.com relay\n192.168.7.20 no-relay\n") != "");
}

TEST_CASE("lines that are said to contradict each other never hold together") {
  World world;
  std::size_t contradictions = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(2000); ++seed) {
    RuleMaker maker(seed, small_world::Size::tiny);
    const Line one = random_line(maker);
    const Line two = random_line(maker);
    Sources sources;
    Findings findings;
    if (!said_of(one.text).empty() || !said_of(two.text).empty()) continue;
    const bool contradict = !said_of(one.text + "\n" + two.text).empty();
    contradictions += contradict ? 1 : 0;
    // a client of the world that both mean, and for whom no effect will do
    const bool meet = std::any_of(world.clients.begin(), world.clients.end(),
                                  [&](const Client& client) { return one.is_meant(client) && two.is_meant(client); });
    const auto satisfies_both = [&](const char* rules) {
      const Policy policy = policy_of(rules, small_world::key_order);
      const analysis::Effect effect = effect_of(policy, world.clients.front());
      return one.holds(effect) && two.holds(effect);
    };
    const bool possible = satisfies_both(":deny\n") || satisfies_both(":allow\n") ||
                          satisfies_both(":allow,RELAYCLIENT=\"\"\n") || satisfies_both(":allow,A=\"1\"\n") ||
                          satisfies_both(":allow,A=\"1\",RELAYCLIENT=\"\"\n");
    CAPTURE(seed, one.text, two.text);
    CHECK(contradict == (meet && !possible));
  }
  CHECK(contradictions > small_world::rounds(100));
}

TEST_CASE("what --init writes is read again and holds") {
  std::size_t lines = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(1500); ++seed) {
    RuleMaker maker(seed);
    const Policy policy = random_policy(maker, seed);
    const auto clients = analysis::partition(policy, {});
    Sources sources;
    const NamedPolicy named{policy, sources, "rules.cdb"};
    const std::string text =
        format_first_expectations(analysis::first_expectations(&clients, {}), {"rules.cdb"}, &named);
    CAPTURE(seed, text);
    Findings findings;
    const ExpectationFile file = parse(text, sources, findings);
    REQUIRE(findings.empty());
    for (const Expectation& expectation : file.expectations)
      if (!analysis::prove(expectation, &clients, {}).holds) FAIL(expectation.text << " does not hold");
    lines += file.expectations.size();
  }
  CHECK(lines > small_world::rounds(1500));
}

TEST_CASE("the reason of a first expectation is the comment directly above its rule, whole, fit to read, or none") {
  Sources sources;
  Findings findings;
  const std::string long_comment(200, 'x');
  const Source* rules = sources.add("tcp.smtp",
                                    "# the office,\n#\ton both floors --\n10.1.:allow,RELAYCLIENT=\"\"\n"
                                    "10.2.:allow,RELAYCLIENT=\"\"\n"
                                    "# -------\n#10.9.:allow,RELAYCLIENT=\"\"\n10.3.:allow,RELAYCLIENT=\"\"\n"
                                    "# relayrules: allow private-net-relay as it must be\n# caf\xc3\xa9 \x1b[1m\r\n"
                                    "10.4.:allow,RELAYCLIENT=\"\"\n"
                                    "#" +
                                        long_comment + "\n10.5.:allow,RELAYCLIENT=\"\"\n# others\n\n:allow\n");
  Policy policy = new_policy(*find_format("tcprules"));
  find_format("tcprules")->parse(*rules, {}, policy, findings);
  const analysis::Partition clients = analysis::partition(policy, {});
  const NamedPolicy named{policy, sources, "tcp.smtp"};
  const std::string text = format_first_expectations(analysis::first_expectations(&clients, {}), {"tcp.smtp"}, &named);
  CHECK(text.substr(text.find("\n# may send")) ==
        "\n# may send to any domain\n"
        "10.1.0.0/16 relay  # the office, on both floors\n"
        "10.2.0.0/16 relay\n"
        "10.3.0.0/16 relay\n"
        "10.4.0.0/16 relay  # caf\xc3\xa9 \\x1b[1m\n"
        "10.5.0.0/16 relay  # " +
            long_comment.substr(0, 100) +
            "...\n\n# nobody else may\nany except 10.1.0.0-10.5.255.255 no-relay\n\n# everybody may connect\nany "
            "allow\n");
}

TEST_CASE("where comments stand behind rules, they are the reasons") {
  Sources sources;
  Findings findings;
  const Source* rules = sources.add("office.tcp.smtp",
                                    "# relayrules: extended\n# all of it\n"
                                    "10.1.0.0/16 : allow, RELAYCLIENT=\"#\"  # the office: four keys\n"
                                    "10.2.0.0/16 : allow, RELAYCLIENT=\"\"\n"
                                    "# printers\n10.3.0.0/16 : allow, RELAYCLIENT=\"\"\n"
                                    "10.4.0.0/16 : deny # guests\n : allow\n");
  Policy policy = new_policy(*find_format("tcprules-extended"));
  find_format("tcprules-extended")->parse(*rules, {}, policy, findings);
  REQUIRE(findings.empty());
  const analysis::Partition clients = analysis::partition(policy, {});
  const NamedPolicy named{policy, sources, ""};
  const std::string text =
      format_first_expectations(analysis::first_expectations(&clients, {}), {"office.tcp.smtp"}, &named);
  const std::size_t begin = text.find("\n# may send");
  CHECK(
      text.substr(begin, text.find("\n# everybody else") - begin) ==
      "\n# may send to any domain\n"
      "10.1.0.0/16 relay  # the office: four keys\n"
      "10.2.0.0/16 relay\n"
      "10.3.0.0/16 relay  # printers\n"
      "\n# nobody else may\nany except 10.1.0.0-10.3.255.255 no-relay\n\n# are refused\n10.4.0.0/16 deny  # guests\n");
}

TEST_CASE("a failure shows the smallest set of clients, its witness and its rule") {
  Sources sources;
  Findings findings;
  const Source* rules = sources.add("tcp.smtp",
                                    "10.:allow,RELAYCLIENT=\"\"\n=.example.com:allow,RELAYCLIENT=\"\"\n"
                                    "10.1.2.3:allow,RELAYCLIENT=\"@x\"\n:allow\n");
  Policy policy = new_policy(*find_format("tcprules"));
  find_format("tcprules")->parse(*rules, {}, policy, findings);
  const ExpectationFile file = parse(
      "any   no-relay   nobody <ever>\n"
      "192.0.2.0/24 host=mail.example.com no-relay\n"
      "11.0.0.0/8 host=none allow no-relay\n",
      sources, findings);
  REQUIRE(findings.empty());
  std::vector<TestedFile> files(1);
  files[0].name = "x.expect";
  files[0].expectations = file.expectations;
  files[0].policy = policy;
  const auto clients = analysis::partition(*files[0].policy, {});
  for (const Expectation& expectation : file.expectations)
    files[0].outcomes.push_back(analysis::prove(expectation, &clients, {}));
  CHECK(format_test_text(files, sources, false) ==
        "FAIL  x.expect:1: any no-relay  # nobody <ever>\n"
        "      10.1.2.3/32: relay RELAYCLIENT=\"@x\", by tcp.smtp:3\n"
        "      1 address\n"
        "      for instance 10.1.2.3\n"
        "      and 2 other sets of clients, not smaller\n"
        "FAIL  x.expect:2: 192.0.2.0/24 host=mail.example.com no-relay\n"
        "      192.0.2.0/24: relay RELAYCLIENT=\"\", by tcp.smtp:2\n"
        "      256 addresses; clients =mail.example.com\n"
        "      for instance 192.0.2.0 named mail.example.com\n"
        "ok    x.expect:3: 11.0.0.0/8 host=none allow no-relay\n"
        "1 passed, 2 failed\n");
  CHECK(format_test_junit(files, sources) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"relayrules\" tests=\"3\" failures=\"2\" errors=\"0\">\n"
        "  <testsuite name=\"x.expect\" tests=\"3\" failures=\"2\" errors=\"0\">\n"
        "    <testcase classname=\"x.expect\" name=\"any no-relay\" file=\"x.expect\" line=\"1\">\n"
        "      <failure message=\"10.1.2.3/32: relay RELAYCLIENT=&quot;@x&quot;, by tcp.smtp:3\">"
        "x.expect:1: nobody &lt;ever&gt;\n"
        "10.1.2.3/32: relay RELAYCLIENT=&quot;@x&quot;, by tcp.smtp:3\n1 address\nfor instance 10.1.2.3\n"
        "and 2 other sets of clients, not smaller</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"x.expect\" name=\"192.0.2.0/24 host=mail.example.com no-relay\" file=\"x.expect\" "
        "line=\"2\">\n"
        "      <failure message=\"192.0.2.0/24: relay RELAYCLIENT=&quot;&quot;, by tcp.smtp:2\">x.expect:2: \n"
        "192.0.2.0/24: relay RELAYCLIENT=&quot;&quot;, by tcp.smtp:2\n256 addresses; clients =mail.example.com\n"
        "for instance 192.0.2.0 named mail.example.com</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"x.expect\" name=\"11.0.0.0/8 host=none allow no-relay\" file=\"x.expect\" "
        "line=\"3\"/>\n"
        "  </testsuite>\n</testsuites>\n");
}

TEST_CASE("bytes that XML cannot hold are shown, not written") {
  Sources sources;
  std::vector<TestedFile> files(1);
  files[0].name = "a\x01<\xff\xef\xbf\xbf\">.expect";
  files[0].trouble = "bad & worse";
  CHECK(
      format_test_junit(files, sources) ==
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"relayrules\" tests=\"1\" failures=\"0\" errors=\"1\">\n"
      "  <testsuite name=\"a\\x01&lt;\\xff\\xef\\xbf\\xbf&quot;&gt;.expect\" tests=\"1\" failures=\"0\" errors=\"1\">\n"
      "    <testcase classname=\"a\\x01&lt;\\xff\\xef\\xbf\\xbf&quot;&gt;.expect\" name=\"the file\">\n"
      "      <error message=\"bad &amp; worse\"/>\n    </testcase>\n  </testsuite>\n</testsuites>\n");
}

TEST_CASE("a recipient is judged by the domain behind its last @") {
  DestinationList list;
  for (const char* name : {"example.org", ".example.com"}) list.add({name, {}});
  const auto accepts = [&](std::string_view address) { return analysis::accepts_recipient({&list, 1}, address); };
  CHECK(accepts("user@example.org"));
  CHECK(accepts("user@EXAMPLE.ORG"));
  CHECK(accepts("postmaster"));
  CHECK(accepts("user@elsewhere.net@example.org"));
  CHECK(accepts("user@mail.example.com"));
  CHECK_FALSE(accepts("user@example.com"));
  CHECK_FALSE(accepts("user@example.org@elsewhere.net"));
}

}  // namespace core
