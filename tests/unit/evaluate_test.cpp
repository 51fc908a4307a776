// evaluate on its own: the parts that no real program can be asked about. That it equals tcprulescheck is proved in
// tests/conformance/evaluate_conformance.cpp.
#include "model/evaluate.hpp"
#include "cdb/value.hpp"

#include <catch2/catch.hpp>

#include "model/format.hpp"
#include "unit/policies.hpp"

namespace core {
namespace {

Policy parse(std::string_view format, std::string_view text) {
  Sources sources;
  Policy policy = new_policy(*find_format(format));
  Findings findings;
  find_format(format)->parse(*sources.add("rules", text), {}, policy, findings);
  for (const Finding& finding : findings.all()) FAIL(finding.message.text(sources));
  return policy;
}

Client client(std::string_view address, std::optional<std::string> host = {}, std::optional<std::string> info = {}) {
  return {*parse_address(address), std::move(host), std::move(info)};
}

}  // namespace

TEST_CASE("an empty policy matches nobody, and lets in whom the format lets in") {
  Policy policy = parse("tcprules", "");
  const Decision decision = evaluate(policy, client("1.2.3.4"));
  CHECK(decision.outcome == 0);
  CHECK_FALSE(decision.rule.has_value());
  CHECK(permits(policy, decision));
  CHECK(edits_of(policy, decision).empty());
  policy.rules.set_no_match({Access::deny, Relay::unchanged, 0, 0});
  CHECK_FALSE(permits(policy, decision));
}

TEST_CASE("a decision names its rule and its key, and the trace every key that was asked") {
  const Policy policy = parse("tcprules", ":deny\n10.1.:allow,RELAYCLIENT=\"\"\n");
  Trace trace;
  const Decision decision = evaluate(policy, client("10.1.2.3"), {}, &trace);
  CHECK(outcome_of(policy, decision).access == Access::allow);
  CHECK(decision.rule == 1);
  CHECK(decision.matched == "10.1.");
  CHECK(relays(policy, decision));
  REQUIRE(trace.size() == 3);
  CHECK(trace[0].asked == "10.1.2.3");
  CHECK_FALSE(trace[0].rule.has_value());
  CHECK(trace[2].asked == "10.1.");
  CHECK(trace[2].rule == 1);
}

TEST_CASE("of equal keys the first rule answers") {
  const Policy policy = parse("tcprules", "1.2.3.4:deny\n1.2.3.4:allow\n1.2.3.1-9:allow\n");
  CHECK(evaluate(policy, client("1.2.3.4")).rule == 0);
}

TEST_CASE("the range of a whole octet is asked before the shorter prefix that means the same addresses") {
  const Policy policy = parse("tcprules", "10.:deny\n10.0-255.:allow\n");
  CHECK(evaluate(policy, client("10.7.0.1")).rule == 1);
}

TEST_CASE("a denied client relays nothing, whatever its rule sets") {
  const Policy policy = parse("tcprules", "1.:deny,RELAYCLIENT=\"\"\n");
  CHECK_FALSE(relays(policy, evaluate(policy, client("1.1.1.1"))));
}

TEST_CASE("a rule that takes RELAYCLIENT away lets nobody relay, whatever it set before") {
  using namespace std::string_view_literals;
  for (const auto value : {"-RELAYCLIENT\0"sv, "+RELAYCLIENT=\0-RELAYCLIENT\0"sv}) {
    Policy policy = new_policy(*find_format("tcprules"));
    add_rule(policy, AnyClient{}, Access::allow, cdb::decode_value(value).edits);
    const Decision decision = evaluate(policy, {*parse_ipv4("10.1.2.3"), {}, {}});
    CHECK(permits(policy, decision));
    CHECK_FALSE(relays(policy, decision));
    CHECK(outcome_of(policy, decision).relay == Relay::revoke);
  }
}

TEST_CASE("in the extended dialect the rule for fewer addresses answers, wherever it stands") {
  const Policy policy =
      parse("tcprules-extended", "10.0.0.0/8:deny\n10.1.0.0/22:allow\n10.1.2.0-10.1.2.255:deny\n10.1.2.7:allow\n");
  CHECK(evaluate(policy, client("10.200.0.1")).rule == 0);
  CHECK(evaluate(policy, client("10.1.1.1")).rule == 1);
  CHECK(evaluate(policy, client("10.1.2.1")).rule == 2);
  CHECK(evaluate(policy, client("10.1.2.7")).rule == 3);
  CHECK(evaluate(policy, client("11.0.0.1")).outcome == 0);
}

TEST_CASE("of two extended rules for the same addresses the first answers") {
  const Policy policy = parse("tcprules-extended", "10.1.2.0/24:deny\n10.1.2.:allow\n");
  CHECK(evaluate(policy, client("10.1.2.3")).rule == 0);
}

TEST_CASE("with first_match the order of the text decides, exceptions and services included") {
  Policy policy;
  policy.lookup = small_world::first_match;
  const std::uint32_t exceptions =
      policy.add_exceptions({{*parse_prefix("10.1.0.0/16"), HostSuffix{".bad"}}, {}, {}, 0});
  add_rule(policy, *parse_prefix("10.0.0.0/8"), Access::allow, {}, {.exceptions = exceptions});
  add_rule(policy, AnyClient{}, Access::deny, {}, {.daemons = policy.add_daemons({{"smtp"}, {}, 0})});
  CHECK(evaluate(policy, client("10.2.0.1"), "smtp").rule == 0);
  CHECK(evaluate(policy, client("10.1.0.1"), "smtp").rule == 1);
  CHECK(evaluate(policy, client("10.2.0.1", "x.bad"), "smtp").rule == 1);
  CHECK(evaluate(policy, client("10.1.0.1"), "pop3").outcome == 0);
}

TEST_CASE("matches says of every kind of pattern whom it is about") {
  const Client named = client("10.1.2.3", "mail.example.com");
  const Client unnamed = client("10.1.2.3");
  CHECK(matches(AnyClient{}, unnamed));
  CHECK(matches(AnyNamedClient{}, named));
  CHECK_FALSE(matches(AnyNamedClient{}, unnamed));
  CHECK(matches(HostName{"mail.example.com"}, named));
  CHECK_FALSE(matches(HostName{"mail.example.com"}, unnamed));
  CHECK(matches(HostSuffix{".example.com"}, named));
  CHECK_FALSE(matches(HostSuffix{".mail.example.com"}, named));
  CHECK(matches(OctetRange{{10, 0, 0, 0}, 2, 1, 1, 2}, named));
  CHECK_FALSE(matches(OctetRange{{10, 0, 0, 0}, 2, 1, 2, 3}, named));
  CHECK(matches(Range{*parse_address("10.1.2.3"), *parse_address("10.1.2.3")}, named));
  CHECK_FALSE(matches(*parse_prefix("::/0"), named));
  CHECK_FALSE(matches(RawKey{"10.1.2.3"}, named));
}

}  // namespace core
