// Rules about clients of Sendmail's access map, in order, against asking for one key after the other as the rule sets D
// and A do.
#include "model/access_clients.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "base/ascii_case.hpp"
#include "model/evaluate.hpp"

namespace core {
namespace {

using Records = std::map<std::string, std::string>;

const std::vector<std::string> keys = {"net",
                                       "example.net",
                                       ".example.net",
                                       "a.example.net",
                                       "10",
                                       "10.1",
                                       "10.1.2.3",
                                       "10.",
                                       "10.0.0.0/8",
                                       "IPv6:2001:DB8",
                                       "IPv6:2001",
                                       "ipv6",
                                       "IPv6:2001:db8:0:0:0:0:0:1",
                                       "2001:db8"};
const std::vector<std::string> values = {"RELAY", "ok", "REJECT", "SKIP", "foo", "ERROR:4.7.1:451 later"};

/// The record that is asked for first, with the tag and without it; null when both are missing.
const std::string* ask(const Records& records, const std::string& key) {
  for (const std::string& asked : {"connect:" + key, key})
    if (const auto found = records.find(in_lower_case(asked)); found != records.end()) return &found->second;
  return nullptr;
}

/// Rule set D: the name, what is below a dot (with lookupdotdomain), and the same of its parent.
const std::string* ask_name(const Records& records, std::string name, bool with_dots) {
  for (;;) {
    if (const std::string* value = ask(records, name)) return value;
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) return nullptr;
    if (with_dots)
      if (const std::string* value = ask(records, name.substr(dot))) return value;
    name.erase(0, dot + 1);
  }
}

/// Rule set A: the address, and what is left of it when it is cut.
const std::string* ask_address(const Records& records, std::string address) {
  for (;;) {
    if (const std::string* value = ask(records, address)) return value;
    const std::size_t cut = address.find_last_of(".:");
    if (cut == std::string::npos) return nullptr;
    address.erase(cut);
  }
}

/// The value of the rule that the policy finds; null when there is none.
std::optional<std::string> found_in(const AccessMap& map, const AccessAsked& asked, const Client& client,
                                    const Sources& sources) {
  Policy policy = empty_access_policy();
  add_access_clients(policy, map, clients_in_order(map), asked, [](const AccessValue&) { return Outcome{}; });
  const Decision decision = evaluate(policy, client);
  if (!decision.rule) return std::nullopt;
  const Rule rule = policy.rules[*decision.rule];
  return std::string(sources.text({rule.edits_begin(), rule.span().end}));
}

std::optional<std::string> copy_of(const std::string* value) {
  return value == nullptr ? std::nullopt : std::optional(*value);
}

}  // namespace

TEST_CASE("rules of random access maps are found as the rule sets of Sendmail find their keys") {
  std::mt19937 random(20261128);
  const auto pick = [&](const auto& list) { return list[random() % list.size()]; };
  unsigned found = 0;
  for (unsigned round = 0; round < 1500; ++round) {
    Sources sources;
    Findings findings;
    std::string text;
    Records records;
    for (std::size_t i = random() % 8; i > 0; --i) {
      const std::string key = (random() % 2 == 0 ? "Connect:" : "") + pick(keys);
      const std::string value = pick(values);
      text += key + "\t" + value + "\n";
      records.try_emplace(in_lower_case(key), value);
    }
    const AccessMap map = read_access_map(*sources.add("access", text), findings);
    const bool with_dots = random() % 2 == 0;
    for (const char* address : {"10.1.2.3", "10.2.0.1", "11.1.2.3", "2001:db8::1", "2001:db9::1"})
      for (const char* name : {"example.net", "a.example.net", "x.a.example.net", "notexample.net", "net"}) {
        const Client client{*parse_address(address), name, std::nullopt};
        INFO(text << address << " " << name << (with_dots ? " with dots" : ""));
        const auto by_name = copy_of(ask_name(records, name, with_dots));
        CHECK(found_in(map, {.by = AccessAsked::By::name, .with_dots = with_dots}, client, sources) == by_name);
        const auto by_address = copy_of(ask_address(records, sendmail_address(client.address)));
        CHECK(found_in(map, {.by = AccessAsked::By::address}, client, sources) == by_address);
        found += by_name && by_address ? 1 : 0;
      }
  }
  CHECK(found > 1000);
}

TEST_CASE("values of the access map are words of Sendmail's, or refuse with themselves") {
  const auto shown = [](std::string_view text) {
    const SendmailValue value = read_sendmail_value(text, false);
    return value.word == AccessWord::error ? value.code + " " + value.status + " " + value.text : "word";
  };
  CHECK(shown("relay") == "word");
  CHECK(shown("SKIP") == "553 5.3.0 SKIP");
  CHECK(shown("RELAY # gw") == "553 5.3.0 RELAY # gw");
  CHECK(shown("550 no") == "550 5.0.0 no");
  CHECK(shown("550 5.7.1 old style") == "550 5.7.1 old style");
  CHECK(shown("ERROR:\"550 no\"") == "550 5.0.0 no");
  CHECK(shown("ERROR:4.7.1:451 later") == "451 4.7.1 later");
  CHECK(shown("ERROR:D.S.N:xyz") == "553 5.3.0 xyz");
}

}  // namespace core
