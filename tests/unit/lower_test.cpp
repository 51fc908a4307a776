// Lowering: rules to the records of a CDB, in order, or a refusal with its reason. That the bytes are tcprules' own is
// proved in tests/conformance; here it is about what tcprules does not know.
#include "cdb/lower.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cdb/value.hpp"
#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "model/key.hpp"
#include "unit/policies.hpp"

namespace core {
namespace {

using namespace std::string_literals;
using Records = std::vector<std::pair<std::string, std::string>>;

struct Collect : cdb::RecordSink {
  Records records;
  std::size_t limit = 1'000'000;
  bool add(std::string_view key, std::string_view value) override {
    if (records.size() == limit) return false;
    records.emplace_back(key, value);
    return true;
  }
};

Policy parse(std::string_view format, std::string_view text) {
  Sources sources;
  Policy policy = new_policy(*find_format(format));
  Findings findings;
  find_format(format)->parse(*sources.add("rules", text), {}, policy, findings);
  for (const Finding& finding : findings.all()) FAIL(finding.message.text({}));
  return policy;
}

Records lowered(const Policy& policy) {
  Collect sink;
  Findings findings;
  REQUIRE(cdb::lower(policy, {}, sink, findings));
  CHECK(findings.empty());
  return sink.records;
}

std::string refusal(const Policy& policy) {
  Collect sink;
  Findings findings;
  REQUIRE_FALSE(cdb::lower(policy, {}, sink, findings));
  REQUIRE(findings.all().size() == 1);
  CHECK(findings.all().front().kind->name == "not-expressible");
  return findings.all().front().message.text({});
}

}  // namespace

TEST_CASE("every rule is written in the order of the text, duplicates and dead keys included") {
  CHECK(lowered(parse("tcprules", "2.:deny\n1.:allow\n2.:allow,A=\"b\"\ndead:deny\n")) ==
        Records{{"2.", "D\0"s}, {"1.", ""}, {"2.", "+A=b\0"s}, {"dead", "D\0"s}});
}

TEST_CASE("a deny comes before the variables of its value") {
  CHECK(lowered(parse("tcprules", "1.:deny,A=\"b\"\n")) == Records{{"1.", "D\0+A=b\0"s}});
}

TEST_CASE("of extended rules with one key the narrower is written, and only that") {
  CHECK(lowered(parse("tcprules-extended", "10.1.0.0/23:deny\n10.1.1.0/24:allow\n")) ==
        Records{{"10.1.0.", "D\0"s}, {"10.1.1.", ""}});
}

TEST_CASE("what tcpserver's keys cannot say is refused with its reason") {
  Policy policy;
  add_rule(policy, *parse_prefix("2001:db8::/32"));
  CHECK(refusal(policy) == "'2001:db8::/32': tcpserver's database has no keys for IPv6 networks");
  policy.rules.shrink(0);
  add_rule(policy, AnyClient{}, Access::allow, {},
           {.exceptions = policy.add_exceptions({{AnyNamedClient{}}, {}, {}, 0})});
  CHECK(refusal(policy) == "exceptions cannot be said in a rule that is looked up by key");
  policy.lookup = small_world::narrowest_key;
  CHECK(refusal(policy) == "exceptions cannot be said in a rule that is looked up by key");
}

TEST_CASE("a sink that stops is asked no more") {
  for (const char* format : {"tcprules", "tcprules-extended"}) {
    const Policy policy = parse(format, "1.2.3.4:deny\n2.1-200.:deny\n3.:deny\n");
    Collect sink;
    sink.limit = 5;
    Findings findings;
    CHECK_FALSE(cdb::lower(policy, {}, sink, findings));
    CHECK(findings.empty());
    CHECK(sink.records.size() == 5);
  }
}

TEST_CASE("extended rules answer from their keys as evaluate does, for random networks and ranges") {
  std::mt19937 random(4);
  const auto address = [&] { return Address::from_ipv4(0x0a000000U | (random() & 0x030303ffU)); };
  for (int round = 0; round < 60; ++round) {
    Policy policy = parse("tcprules-extended", "");
    for (int i = 0; i < 6; ++i) {
      const Address a = address();
      const Address b = address();
      ClientPattern pattern = Range{std::min(a, b), std::max(a, b)};
      if (random() % 2 == 0) pattern = make_prefix(a, 9 + static_cast<unsigned>(random() % 24));
      const Access access = random() % 2 == 0 ? Access::allow : Access::deny;
      add_rule(policy, pattern, access, {{"N=" + std::to_string(i), 1, false, false, {}, {}}});
    }
    Policy keys;
    for (const auto& [key, value] : lowered(policy)) {
      auto decoded = cdb::decode_value(value);
      REQUIRE(decoded.error.empty());
      add_rule(keys, parse_key(tcpserver_keys, key).pattern, decoded.access, decoded.edits);
    }
    for (int i = 0; i < 40; ++i) {
      const Client client{address(), {}, {}};
      const Decision slow = evaluate(policy, client);
      const Decision fast = evaluate(keys, client);
      INFO(format_address(client.address));
      REQUIRE(permits(policy, slow) == permits(keys, fast));
      if (slow.rule) REQUIRE(edits_of(policy, slow)[0].assignment == edits_of(keys, fast)[0].assignment);
    }
  }
}

TEST_CASE("a value that is not tcpserver's is never guessed at") {
  CHECK(cdb::decode_value("").access == Access::allow);
  CHECK(cdb::decode_value("D\0"s).access == Access::deny);
  CHECK(cdb::decode_value("+A=b\0D\0"s).access == Access::deny);
  CHECK(cdb::decode_value("+A=b\0-C\0"s).edits.size() == 2);
  CHECK(cdb::decode_value("D").error == "the value ends in 'D' without a NUL: another program's database");
  CHECK(cdb::decode_value("+A=b\0I"s).error == "the value ends in 'I' without a NUL: another program's database");
  CHECK(cdb::decode_value("x\0"s).error == "the value holds 'x', which tcpserver does not know");
  CHECK(cdb::decode_value("\0"s).error == "the value holds '', which tcpserver does not know");
  CHECK(cdb::decode_value("+A\0"s).error == "the value holds '+A', which tcpserver does not know");
  for (const char* foreign : {"D", "x", "+A"}) CHECK(cdb::decode_value(foreign).access == Access::deny);
}

}  // namespace core
