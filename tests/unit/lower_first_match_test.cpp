// Lowering of first-match policies, held equal to evaluate: the keys that come out are read back as a key_order policy
// and asked about every client of a small world. What is refused must have a witness: a client that the rules, taken as
// keys one by one, would decide otherwise.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <random>
#include <unordered_map>

#include "base/finding_kinds.hpp"
#include "cdb/lower.hpp"
#include "cdb/value.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/key.hpp"
#include "model/space.hpp"
#include "unit/policies.hpp"

namespace core {
namespace {

class Records : public cdb::RecordSink {
 public:
  bool add(std::string_view key, std::string_view value) override {
    all.emplace_back(key, value);
    return true;
  }
  std::vector<std::pair<std::string, std::string>> all;

  [[nodiscard]] std::string keys() const {
    std::string text;
    for (const auto& record : all) text += (text.empty() ? "'" : " '") + record.first + "'";
    return text;
  }
};

struct Parsed {
  Sources sources;
  Policy policy;
  Findings findings;
};

void parse(Parsed& parsed, std::string_view text) {
  const Format& format = *find_format("hosts_access");
  parsed.policy = new_policy(format);
  format.parse(*parsed.sources.add("hosts.allow", text), {}, parsed.policy, parsed.findings);
}

/// The keys of `text` for the daemon d, or the message and help of the refusal.
std::string lowered(std::string_view text) {
  Parsed parsed;
  parse(parsed, text);
  REQUIRE(parsed.findings.empty());
  Records records;
  Findings findings;
  if (cdb::lower(parsed.policy, "d", records, findings)) return records.keys();
  REQUIRE(findings.all().size() == 1);
  REQUIRE(records.all.empty());
  const Finding& finding = findings.all().front();
  return finding.message.text({}) + "; " + finding.help.text({});
}

/// The records as the policy that tcpserver sees.
Policy as_key_order(const std::vector<std::pair<std::string, std::string>>& records) {
  Policy policy;
  for (const auto& [key, value] : records) {
    cdb::DecodedValue decoded = cdb::decode_value(value);
    REQUIRE(decoded.error.empty());
    add_rule(policy, parse_key(tcpserver_keys, key).pattern, decoded.access, std::move(decoded.edits));
  }
  return policy;
}

/// What a rule does: a denied client gets no environment.
std::string effect_of(const Policy& policy, Rule rule) {
  const bool permitted = rule.access() == Access::allow;
  return cdb::encode_value(rule.access(), permitted ? policy.edits_of(rule) : EnvEdits{});
}

/// Access and edits in one text; what no rule is about is let in.
std::string effect(const Policy& policy, const Client& client, std::string_view daemon = {}) {
  const Decision decision = evaluate(policy, client, daemon);
  const bool permitted = permits(policy, decision);
  return cdb::encode_value(permitted ? Access::allow : Access::deny,
                           permitted ? edits_of(policy, decision) : EnvEdits{});
}

TEST_CASE("the first file of this project compiles to two keys that set RELAYCLIENT, and the catch-all") {
  Parsed parsed;
  parse(parsed, "tcp-env : 127. 192.168.1. : setenv = RELAYCLIENT\n");
  REQUIRE(parsed.findings.empty());
  Records records;
  Findings findings;
  REQUIRE(cdb::lower(parsed.policy, "tcp-env", records, findings));
  const std::string value("+RELAYCLIENT=\0", 14);
  CHECK(records.all ==
        std::vector<std::pair<std::string, std::string>>{{"127.", value}, {"192.168.1.", value}, {"", ""}});
}

TEST_CASE("address rules in any order become the fewest keys") {
  struct Row {
    const char* text;
    const char* keys;
  };
  const Row rows[] = {
      {"", "''"},
      {"d : ALL\n", "''"},
      {"d : ALL : deny\n", "''"},
      {"d : 10.\nd : ALL : deny\n", "'10.' ''"},
      {"d : 10.1. : deny\nd : 10. : setenv A\nd : ALL : deny\n", "'10.' '10.1.' ''"},
      {"d : 10. : setenv A\nd : 10.1. : deny\nd : ALL : deny\n", "'10.' ''"},
      {"d : ALL : deny\nd : 10.\n", "''"},
      {"d : 10.1. : deny\n", "'10.1.' ''"},
      {"d : 10.1. : allow\n", "''"},
      {"d : 10.0.0.0/15 : deny\n", "'10.0.' '10.1.' ''"},
      {"d : 10.0.0.0/255.255.254.0 : deny\n", "'10.0.0.' '10.0.1.' ''"},
      {"d : 10.0.0.0/31 : deny\n", "'10.0.0.0' '10.0.0.1' ''"},
      {"e : 10. : deny\nd : 11. : deny\nALL : 12. : deny\n", "'11.' '12.' ''"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(lowered(row.text) == row.keys);
  }
}

TEST_CASE("a net that is all but one address becomes one key and an exception") {
  CHECK(lowered("d : 10.0.0.7\nd : 10.0.0. : deny\n") == "'10.0.0.' '10.0.0.7' ''");
  CHECK(lowered(
            "d : 10.0.0.0/25 : deny\nd : 10.0.0.128/26 : deny\nd : 10.0.0.192/27 : deny\nd : 10.0.0.224/28 : deny\n"
            "d : 10.0.0.240/29 : deny\nd : 10.0.0.248/30 : deny\nd : 10.0.0.252/31 : deny\nd : 10.0.0.254 : deny\n") ==
        "'10.0.0.' '10.0.0.255' ''");
}

TEST_CASE("all of IPv4 is not everybody: the empty key would answer IPv6 clients too") {
  const std::string keys = lowered("d : 0.0.0.0/0.0.0.0 : deny\n");
  CHECK(keys.starts_with("'0.' '1.' '2.' "));
  CHECK(keys.ends_with(" '254.' '255.' ''"));
}

TEST_CASE("names and addresses that agree with the order of the keys are written as they are") {
  CHECK(lowered("d : h.example.com\nd : 10. : deny\nd : ALL : deny\n") == "'=h.example.com' ''");
  CHECK(lowered("d : 10. : setenv A\nd : .example.com : deny\n") == "'10.' '=.example.com' ''");
  CHECK(lowered("d : 10.1.2.3 : deny\nd : h.example.com : setenv A\n") == "'10.1.2.3' '=h.example.com' ''");
  CHECK(lowered("d : h.example.com : setenv A\nd : 10. : deny\n") == "'10.' '=h.example.com' ''");
}

TEST_CASE("an address rule that decides like the catch-all keeps a key when a name rule behind it would win") {
  CHECK(lowered("d : 10. : allow\nd : .example.com : deny\n") == "'10.' '=.example.com' ''");
  CHECK(lowered("d : .example.com : deny\nd : 10. : allow\n") == "'=.example.com' ''");
}

TEST_CASE("a small net that must be asked before a host name is written address by address") {
  const std::string keys = lowered("d : 10.1.2. : deny\nd : h.example.com : setenv A\n");
  CHECK(std::count(keys.begin(), keys.end(), ' ') == 257);
  CHECK(keys.starts_with("'10.1.2.0' '10.1.2.1' "));
}

TEST_CASE("a host before its domain, with nothing between them, needs no key of its own") {
  CHECK(lowered("d : 10. : deny\nd : h.example.com : setenv A\nd : .example.com : setenv A\n") ==
        "'10.' '=.example.com' ''");
  CHECK(lowered("d : 10. : deny\nd : h.example.com\n") == "'10.' ''");
  CHECK(lowered("d : .com : deny\nd : h.example.com\n") == "'=.com' ''");
}

TEST_CASE("an order that keys cannot keep is refused, with both rules and a witness") {
  CHECK(lowered("d : 10. : deny\nd : h.example.com : setenv A\n") ==
        "'10.' stands before 'h.example.com', but in a database a host name is looked up before address prefixes; the "
        "client 10.0.0.0 "
        "with the name 'h.example.com' gets 'deny' from the first rule and would get 'allow A=' from the second; make "
        "the two agree, or "
        "write the rules with addresses only");
  CHECK(lowered("d : .example.com : setenv A\nd : 10. : deny\nd : ALL : deny\n") == "'=.example.com' ''");
  CHECK(lowered("d : .example.com : setenv A\nd : 10. : deny\n") ==
        "'.example.com' stands before '10.', but in a database addresses are looked up before domains; the client "
        "10.0.0.0 with the name "
        "'host.example.com' gets 'allow A=' from the first rule and would get 'deny' from the second; make the two "
        "agree, or write the "
        "rules with addresses only");
  CHECK(lowered("d : h.example.com : setenv A\nd : 10.1.2.3 : deny\n") ==
        "'h.example.com' stands before '10.1.2.3', but in a database a full address is looked up before host names; "
        "the client 10.1.2.3 "
        "with the name 'h.example.com' gets 'allow A=' from the first rule and would get 'deny' from the second; make "
        "the two agree, or "
        "write the rules with addresses only");
}

TEST_CASE("a single address behind a host name is found by the prefix around it when all of that agrees") {
  CHECK(lowered("d : h.example.com : setenv A\nd : 10.1.2.0/25 : deny\nd : 10.1.2.128/25 : deny\n") ==
        "'10.1.2.' '=h.example.com' ''");
}

TEST_CASE("what keys cannot say at all is refused with the reason") {
  const auto refusal = [](const Policy& policy, std::string_view daemon) {
    Records records;
    Findings findings;
    CHECK_FALSE(cdb::lower(policy, daemon, records, findings));
    REQUIRE(findings.all().size() == 1);
    return findings.all().front().message.text({});
  };
  Parsed parsed;
  parse(parsed, "smtp pop3 : 10.\n");
  CHECK(refusal(parsed.policy, "") ==
        "this rule is about the daemon 'smtp', and a database holds the rules of one daemon");

  Policy policy;
  policy.lookup = small_world::first_match;
  add_rule(policy, *parse_prefix("2001:db8::/32"));
  CHECK(refusal(policy, "d") == "'2001:db8::/32' is about IPv6, and tcpserver's database has no keys for it");
  policy.rules.shrink(0);
  add_rule(policy, AnyClient{}, Access::allow, {}, {.exceptions = policy.add_exceptions({{HostName{"h"}}, {}, {}, 0})});
  CHECK(refusal(policy, "d") ==
        "the exceptions of 'ALL' cannot be said in rules that are looked up by key: only addresses without addresses "
        "can");
  const auto refusal_of = [&](std::string_view line) {
    Parsed with_line;
    parse(with_line, line);
    return refusal(with_line.policy, "d");
  };
  CHECK(refusal_of("d : 10. EXCEPT h\n") ==
        "the exceptions of '10.' cannot be said in rules that are looked up by key: only addresses without addresses "
        "can");
  CHECK(refusal_of("d : LOCAL\n") == "a database has no key for 'LOCAL'");
  CHECK(refusal_of("d : 10.*\n") == "a database has no key for '10.*'");
  CHECK(refusal_of("d : .3.4\n") == "a database has no key for '0.0.3.4/0.0.255.255'");
  CHECK(refusal_of("d : joe@10.\n") == "a rule about a user name cannot be turned into keys");
  CHECK(refusal_of("d : ALL : spawn x\n") ==
        "a database has no room for the option 'spawn': it says who is let in, and with which variables");
  CHECK(refusal_of("d : ALL : setenv A %h\n") == "the value '%h' is only known when a client calls");
}

// ---- the small world ---------------------------------------------------------------------------------------

std::vector<Client> all_clients() {
  std::vector<Address> addresses;
  const unsigned octets[] = {0, 1, 128, 255};
  for (const unsigned a : octets)
    for (const unsigned b : octets)
      for (const unsigned c : octets)
        for (const unsigned d : octets) addresses.push_back(Address::from_ipv4(a << 24 | b << 16 | c << 8 | d));
  std::mt19937 random(1);
  const unsigned more[] = {0, 1, 2, 127, 128, 129, 254, 255};
  for (int i = 0; i < 200; ++i) {
    std::uint32_t value = 0;
    for (int octet = 0; octet < 4; ++octet) value = value << 8 | more[random() % 8];
    addresses.push_back(Address::from_ipv4(value));
  }
  addresses.push_back(*parse_address("2001:db8::1"));
  std::vector<std::optional<std::string>> hosts = {std::nullopt, "a", "b", "c.c"};
  for (const char* host : {"a.a", "a.b", "b.a", "b.b", "a.a.a", "b.a.a", "a.b.a", "b.b.b", "c.a", "c.b", "c.a.b",
                           "c.b.a", "c.a.a.a", "c.b.b.b"})
    hosts.emplace_back(host);
  std::vector<Client> clients;
  for (const Address& address : addresses)
    for (const auto& host : hosts) clients.push_back({address, host, std::nullopt});
  return clients;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  Policy policy() {
    Policy policy;
    policy.lookup = small_world::first_match;
    if (below(8) == 0) policy.rules.set_no_match({Access::deny, Relay::unchanged, 0, 0});
    const std::uint32_t edits[] = {0, add_edit(policy, "A=")};
    const unsigned decisions = 2 + below(3);
    const unsigned names = below(4);  // 0: addresses only
    const unsigned count = 1 + below(9);
    for (unsigned i = 0; i < count; ++i) {
      NewRule rule;
      rule.pattern = below(10) < 2 * names ? name() : numeric();
      if (below(12) == 0) rule.pattern = AnyClient{};
      const unsigned decision = below(decisions);
      rule.edits = edits[decision / 2];
      rule.outcome = policy.add_outcome(decision % 2 == 0 ? Access::allow : Access::deny, rule.edits);
      if (!ranges_of(rule.pattern).empty() && below(5) == 0) rule.condition.exceptions = exceptions(policy, 0);
      rule.place.span = rule.place.pattern = {i, i};  // so that a finding tells which rules it names
      policy.rules.add(rule);
    }
    return policy;
  }

 private:
  static std::uint32_t add_edit(Policy& policy, const std::string& assignment) {
    EnvEdit edit;
    edit.assignment = assignment;
    edit.name_size = static_cast<std::uint32_t>(assignment.find('='));
    return policy.add_edits({edit});
  }

  ClientPattern numeric() {
    static constexpr unsigned octets[] = {0, 1, 128, 255};
    static constexpr unsigned lengths[] = {0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 8, 16, 24, 32};
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | octets[below(4)];
    if (below(3) == 0) value &= 0x01ffffff;  // more of them in one place
    return make_prefix(Address::from_ipv4(value), lengths[below(std::size(lengths))]);
  }

  std::uint32_t exceptions(Policy& policy, unsigned depth) {
    ExceptionList list;
    for (unsigned i = 1 + below(2); i > 0; --i)
      list.patterns.push_back(below(8) == 0 ? ClientPattern(AnyClient{}) : numeric());
    if (depth < 3 && below(2) == 0) list.exceptions = exceptions(policy, depth + 1);
    return policy.add_exceptions(std::move(list));
  }

  ClientPattern name() {
    static constexpr std::string_view texts[] = {".a", ".b", ".a.a", ".b.a", ".a.b", ".b.b", ".a.a.a", ".b.b.b"};
    if (below(10) == 0) return AnyNamedClient{};
    const std::string_view text = texts[below(std::size(texts))];
    if (below(2) == 0) return HostName{text.substr(1)};
    return HostSuffix{text};
  }

  std::mt19937 random_;
};

std::string show(const Policy& policy) {
  std::string text;
  for (const Rule rule : policy.rules)
    text += fmt::format("{}:{}{}\n", format_pattern(rule.pattern()), access_name(rule.access()),
                        rule.edits() == 0 ? "" : ",A=");
  return text;
}

/// A key_order policy as the database that it would be: the first rule for a key answers. evaluate says the same,
/// slowly.
class Database {
 public:
  explicit Database(const Policy& policy) {
    for (const Rule rule : policy.rules) {
      const std::string value = effect_of(policy, rule);
      for_each_key(policy, rule, [&](std::string_view key) { values_.try_emplace(std::string(key), value); });
    }
  }
  [[nodiscard]] std::string ask(const std::vector<std::string>& keys) const {
    for (const std::string& key : keys)
      if (const auto found = values_.find(key); found != values_.end()) return found->second;
    return {};
  }

 private:
  std::unordered_map<std::string, std::string> values_;
};

/// The client that a refusal names.
Client witness_of(const Finding& finding) {
  const std::string help = finding.help.text({});
  const auto between = [&](std::string_view before, char behind) {
    const std::size_t begin = help.find(before) + before.size();
    return help.substr(begin, help.find(behind, begin) - begin);
  };
  return {*parse_address(between("the client ", ' ')), between("with the name '", '\''), std::nullopt};
}

/// The two rules are about the witness, the first decides for it, and the second says something else.
void check_refusal(const Policy& policy, const Finding& finding) {
  CAPTURE(show(policy), finding.message.text({}), finding.help.text({}));
  REQUIRE(finding.kind == &portability::order_not_expressible);
  const Client witness = witness_of(finding);
  const Rule first = policy.rules[finding.span.begin];
  const Rule second = policy.rules[finding.related.front().span.begin];
  CHECK(finding.span.begin < finding.related.front().span.begin);
  CHECK(matches(first.pattern(), witness));
  CHECK(matches(second.pattern(), witness));
  CHECK(effect(policy, witness) == effect_of(policy, first));
  CHECK(effect(policy, witness) != effect_of(policy, second));
}

TEST_CASE("lowered keys decide every client of the small world as the first match does, and refusals have a witness") {
  const std::vector<Client> clients = all_clients();
  std::vector<std::vector<std::string>> asked;
  for (const Client& client : clients) asked.push_back(keys_asked_for(tcpserver_keys, client));
  unsigned kept = 0;
  unsigned refused = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    const Policy policy = Generator(seed).policy();
    Records records;
    Findings findings;
    const bool is_lowered = cdb::lower(policy, {}, records, findings);
    ++(is_lowered ? kept : refused);
    const Policy keys = is_lowered ? as_key_order(records.all) : policy;
    const Database database(keys);
    // all clients for a refusal's witness and for some of the others, every third for the rest: evaluate is slow on
    // purpose
    const std::size_t step = !is_lowered || seed % 8 == 0 ? 1 : 3;
    std::size_t at = seed % step;
    while (at < clients.size() && effect(policy, clients[at]) == database.ask(asked[at])) at += step;
    bool is_same = at >= clients.size();
    if (!is_lowered) {
      check_refusal(policy, findings.all().front());
      const Client witness = witness_of(findings.all().front());
      is_same = is_same && effect(policy, witness) == database.ask(keys_asked_for(tcpserver_keys, witness));
    }
    if (is_lowered && is_same)
      CHECK(effect(keys, clients[seed % clients.size()]) == database.ask(asked[seed % clients.size()]));
    if (is_same == is_lowered) continue;
    CAPTURE(seed, show(policy), records.keys(), is_lowered);
    FAIL("the keys and the rules differ, or a refusal has no witness");
  }
  INFO(kept << " lowered, " << refused << " refused");
  CHECK(kept > 1000);
  CHECK(refused > 300);
}

TEST_CASE("policies about addresses only are always lowered") {
  for (unsigned seed = 5000; seed < 7000; ++seed) {
    Policy policy = Generator(seed).policy();
    policy = without(policy, [](Rule rule) { return !rule.is<AnyClient>() && ranges_of(rule.pattern()).empty(); });
    Records records;
    Findings findings;
    CHECK(cdb::lower(policy, {}, records, findings));
  }
}

TEST_CASE("a hundred thousand rules are lowered in well under a second") {
  std::mt19937 random(7);
  Policy policy;
  policy.lookup = small_world::first_match;
  for (unsigned i = 0; i < 100'000; ++i) {
    const Prefix prefix = make_prefix(Address::from_ipv4(static_cast<std::uint32_t>(random())),
                                      16 + static_cast<unsigned>(random() % 17));
    add_rule(policy, prefix, random() % 2 == 0 ? Access::allow : Access::deny);
  }
  Records records;
  Findings findings;
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(cdb::lower(policy, {}, records, findings));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  WARN(records.all.size() << " keys in " << took.count() << " s");
  CHECK(took.count() < 5.0);  // generous: sanitizers and busy machines
}

TEST_CASE("the space is cut where the best rank changes, and nowhere else") {
  const auto range = [](std::uint32_t first, std::uint32_t last) {
    return Range{Address::from_ipv4(first), Address::from_ipv4(last)};
  };
  const auto show_regions = [](const std::vector<Region>& regions) {
    std::string text;
    for (const Region& region : regions)
      text += fmt::format("{}-{}:{} ", region.range.first.ipv4(), region.range.last.ipv4(),
                          region.rank == no_rule ? "none" : std::to_string(region.rank));
    return text;
  };
  CHECK(show_regions(cut_space(Family::ipv4, {})) == "0-4294967295:none ");
  CHECK(show_regions(cut_space(Family::ipv4, {{range(10, 20), 1}, {range(15, 30), 0}, {range(12, 13), 5}})) ==
        "0-9:none 10-14:1 15-30:0 31-4294967295:none ");
  CHECK(show_regions(cut_space(
            Family::ipv4,
            {{range(0, 4294967295U), 9}, {range(4294967295U, 4294967295U), 1}, {range(5, 5), 2}, {range(6, 6), 2}})) ==
        "0-4:9 5-6:2 7-4294967294:9 4294967295-4294967295:1 ");
  CHECK(cut_space(Family::ipv6, {{range(1, 2), 1}}).size() == 1);
}

}  // namespace
}  // namespace core
