// replay: each client of a log is decided as evaluate decides it, and counted as often as it came.
#include <catch2/catch.hpp>

#include "analysis/replay.hpp"
#include "report/replayed.hpp"
#include "small_world.hpp"

namespace core {
namespace {

using analysis::ReplayChange;
using analysis::SeenClients;

const char* const before_rules = "10.:allow,RELAYCLIENT=\"\"\n=.example.com:allow\n:deny\n";
const char* const after_rules = "10.1.:deny\n10.:allow,RELAYCLIENT=\"\"\n=.example.com:allow,RELAYCLIENT=\"\"\n:deny\n";
const char* const log_text =
    "Nov 22 01:00:00 mx postfix/smtpd[1]: connect from unknown[10.1.2.3]\n"
    "Nov 22 01:00:01 mx postfix/smtpd[1]: connect from Mail.Example.com[192.0.2.1]\n"
    "Nov 22 01:00:02 mx postfix/smtpd[1]: disconnect from mail.example.com[192.0.2.1]\n"
    "Nov 22 01:00:03 mx postfix/smtpd[1]: connect from mail.example.com[192.0.2.1]\n"
    "Nov 22 01:00:04 mx postfix/smtpd[1]: connect from www.example.com[192.0.2.2]\n"
    "garbage\x1b[2J\n"
    "Nov 22 01:00:05 mx postfix/smtpd[1]: connect from other.example[192.0.2.1]";

std::string replayed(std::size_t shown_at_most, bool json) {
  const Policy before = small_world::policy_of(before_rules, small_world::key_order);
  const Policy after = small_world::policy_of(after_rules, small_world::key_order);
  Sources sources;
  SeenClients seen;
  seen.read(log_text);
  const ReplayContext context{{before, sources, "old"}, {after, sources, "new"}, seen, shown_at_most};
  const auto changes = analysis::replay(before, after, {}, seen);
  return json ? format_replay_json(changes, context) : format_replay(changes, context);
}

}  // namespace

TEST_CASE("a report of a replay has the most dangerous first, and says what was read") {
  CHECK(replayed(1, false) ==
        "relay-gained: clients that may now send to any domain\n"
        "  2 clients, 3 times\n"
        "  before  allow                          old, key '=.example.com'\n"
        "  after   relay RELAYCLIENT=\"\"           new, key '=.example.com'\n"
        "    192.0.2.1 named mail.example.com              2 times, first Nov 22 01:00:01, last Nov 22 01:00:03\n"
        "    and 1 more client, 1 time\n"
        "\n"
        "denied: clients that are now refused\n"
        "  1 client, 1 time\n"
        "  before  relay RELAYCLIENT=\"\"           old, key '10.'\n"
        "  after   deny                           new, key '10.1.'\n"
        "    10.1.2.3                                      1 time, Nov 22 01:00:00\n"
        "\n"
        "7 lines read: 5 with a client, 4 of them distinct; 1 about other things; 1 not understood\n"
        "  line 6: 'garbage\\x1b[2J'\n");
}

TEST_CASE("the report of a replay as JSON has every client") {
  CHECK(
      replayed(1, true) ==
      R"({"same":false,"lines":{"read":7,"with_client":5,"not_understood":1},"clients":4,"changes":[)"
      R"({"kind":"relay-gained","before":{"verdict":"allow","relay":false,"env":{},"rule":"old, key '=.example.com'"},)"
      R"("after":{"verdict":"allow","relay":true,"env":{"RELAYCLIENT":""},)"
      R"("rule":"new, key '=.example.com'"},"count":3,)"
      R"("clients":[{"ip":"192.0.2.1","host":"mail.example.com","info":null,"count":2,"first":"Nov 22 01:00:01",)"
      R"("last":"Nov 22 01:00:03"},{"ip":"192.0.2.2","host":"www.example.com","info":null,"count":1,)"
      R"("first":"Nov 22 01:00:04","last":"Nov 22 01:00:04"}]},)"
      R"({"kind":"denied","before":{"verdict":"allow","relay":true,"env":{"RELAYCLIENT":""},"rule":"old, key '10.'"},)"
      R"("after":{"verdict":"deny","relay":false,"env":{},"rule":"new, key '10.1.'"},"count":1,)"
      R"("clients":[{"ip":"10.1.2.3","host":null,"info":null,"count":1,"first":"Nov 22 01:00:00",)"
      R"("last":"Nov 22 01:00:00"}]}],"not_understood":[{"line":6,"text":"garbage\u001b[2J"}]})"
      "\n");
}

TEST_CASE("a client is in a change exactly when evaluate decides it differently, in every resolution") {
  std::string log;
  const auto add_line = [&](const Client& client) {
    if (unmapped(client.address) != client.address) return;  // it is read as the IPv4 client, who is there, too
    log += format_address(client.address) + "\t" + client.host.value_or("") + "\t" + client.info.value_or("") + "\n";
  };
  small_world::for_each_client(std::nullopt, add_line);
  small_world::for_each_client("x", add_line);
  SeenClients seen;
  seen.read(log);
  seen.read(log);
  for (std::uint32_t seed = 1; seed <= small_world::rounds(100); ++seed) {
    small_world::RuleMaker maker(seed);
    const Lookup lookup = seed % 4 == 0 ? small_world::first_match : small_world::key_order;
    const Policy before = small_world::policy_of(maker.rules(7), lookup);
    const Policy after = small_world::policy_of(maker.rules(7), small_world::key_order);
    const analysis::Effects effects(std::array{&before, &after});
    std::size_t wanted = 0;
    seen.for_each([&](const Client& client, const analysis::Visits& visits) {
      CHECK(visits.count == 2);
      if (effects.number_of(evaluate(before, client), 0) != effects.number_of(evaluate(after, client), 1)) ++wanted;
    });
    std::size_t reported = 0;
    for (const ReplayChange& change : analysis::replay(before, after, {}, seen))
      for (const analysis::Visitor& visitor : change.visitors) {
        ++reported;
        CHECK(effects.number_of(evaluate(before, visitor.client), 0) !=
              effects.number_of(evaluate(after, visitor.client), 1));
      }
    CAPTURE(seed);
    CHECK(reported == wanted);
  }
}

}  // namespace core
