// Keys: what a client is asked with and what a rule is found under, in the order that ucspi-tcp's rules.c has.
#include "model/key.hpp"
#include "unit/policies.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace core {
namespace {

Keys keys_of(const ClientPattern& pattern, std::optional<std::string> info = {}) {
  Policy policy;
  add_rule(policy, pattern, Access::allow, {}, {.info = info ? policy.add_info(*info) : 0});
  Keys keys;
  for_each_key(policy, policy.rules.front(), [&](std::string_view key) { keys.emplace_back(key); });
  return keys;
}

}  // namespace

TEST_CASE("a client with everything is asked for in tcpserver's order") {
  const Client client{*parse_address("1.2.3.4"), "a.b.c", "joe"};
  CHECK(keys_asked_for(tcpserver_keys, client) ==
        Keys{"joe@1.2.3.4", "joe@=a.b.c", "1.2.3.4", "=a.b.c", "1.2.3.", "1.2.", "1.", "=.b.c", "=.c", "=", ""});
}

TEST_CASE("without a name and without info, only the address is asked for") {
  CHECK(keys_asked_for(tcpserver_keys, {*parse_address("10.0.0.1"), {}, {}}) ==
        Keys{"10.0.0.1", "10.0.0.", "10.0.", "10.", ""});
}

TEST_CASE("an empty name and an empty info are a name and an info") {
  CHECK(keys_asked_for(tcpserver_keys, {*parse_address("1.1.1.1"), "", ""}) ==
        Keys{"@1.1.1.1", "@=", "1.1.1.1", "=", "1.1.1.", "1.1.", "1.", "=", ""});
}

TEST_CASE("an IPv6 client has no prefixes, unless its text ends in IPv4") {
  CHECK(keys_asked_for(tcpserver_keys, {*parse_address("2001:db8::1"), {}, {}}) == Keys{"2001:db8::1", ""});
  CHECK(keys_asked_for(tcpserver_keys, {*parse_address("::ffff:1.2.3.4"), {}, {}}) ==
        Keys{"::ffff:1.2.3.4", "::ffff:1.2.3.", "::ffff:1.2.", "::ffff:1.", ""});
}

TEST_CASE("a name that begins or ends with a dot is asked for with each of its suffixes") {
  CHECK(keys_asked_for(tcpserver_keys, {*parse_address("1.1.1.1"), ".a.", {}}) ==
        Keys{"1.1.1.1", "=.a.", "1.1.1.", "1.1.", "1.", "=.a.", "=.", "=", ""});
}

TEST_CASE("a key means what it is asked for, and everything else is a raw key") {
  const auto shows = [](std::string_view key) {
    const KeyMeaning meaning = parse_key(tcpserver_keys, key);
    static constexpr const char* names[] = {"any", "any named", "prefix", "octets", "range", "host", "suffix", "raw"};
    return std::string(names[meaning.pattern.index()]) + (meaning.info ? " of " + std::string(*meaning.info) : "");
  };
  const std::pair<const char*, const char*> cases[] = {
      {"", "any"},
      {"=", "any named"},
      {"=a.b", "host"},
      {"=.a.b", "suffix"},
      {"=A.b", "raw"},
      {"1.2.3.4", "prefix"},
      {"1.2.3.", "prefix"},
      {"1.2.", "prefix"},
      {"1.", "prefix"},
      {"1.2.3", "raw"},
      {"1", "raw"},
      {"256.", "raw"},
      {"01.", "raw"},
      {"1.2.3.4.", "raw"},
      {".", "raw"},
      {"1..", "raw"},
      {"10.0.0.0/8", "raw"},
      {" 1.2.3.4", "raw"},
      {"a.b", "raw"},
      {"joe@1.2.3.4", "prefix of joe"},
      {"@1.2.3.4", "prefix of "},
      {"joe@=a.b", "host of joe"},
      {"joe@1.2.3.", "raw"},
      {"joe@=.a", "raw"},
      {"joe@=", "raw"},
      {"joe@=A", "raw"},
      {"a@b@1.2.3.4", "prefix of a@b"},
      {"::1", "prefix"},
      {"::0001", "raw"},
      {"2001:DB8::1", "raw"},
      {"=.", "suffix"},
  };
  for (const auto& [key, expected] : cases) {
    INFO(key);
    CHECK(shows(key) == expected);
  }
}

TEST_CASE("the key of a pattern is the key that was read") {
  for (const char* key : {"", "=", "=a.b", "=.a.b", "1.2.3.4", "1.2.3.", "1.", "nonsense", "::1", "=A", "10.0.0.0/8"}) {
    INFO(key);
    CHECK(keys_of(parse_key(tcpserver_keys, key).pattern) == Keys{key});
  }
}

TEST_CASE("a rule with an info has it in front of each key") {
  CHECK(keys_of(parse_key(tcpserver_keys, "1.2.3.4").pattern, "joe") == Keys{"joe@1.2.3.4"});
  CHECK(keys_of(HostName{"a.b"}, "") == Keys{"@=a.b"});
}

TEST_CASE("an octet range has a key for each number, whatever its place") {
  CHECK(keys_of(OctetRange{{1, 2, 3, 0}, 4, 3, 9, 11}) == Keys{"1.2.3.9", "1.2.3.10", "1.2.3.11"});
  CHECK(keys_of(OctetRange{{10, 0, 0, 0}, 2, 1, 254, 255}) == Keys{"10.254.", "10.255."});
  CHECK(keys_of(OctetRange{{0, 7, 0, 0}, 2, 0, 1, 1}) == Keys{"1.7."});
}

TEST_CASE("a network that ends inside an octet has the fewest octet prefixes") {
  CHECK(keys_of(*parse_prefix("192.168.0.0/22")) == Keys{"192.168.0.", "192.168.1.", "192.168.2.", "192.168.3."});
  CHECK(keys_of(*parse_prefix("10.0.0.4/31")) == Keys{"10.0.0.4", "10.0.0.5"});
  CHECK(keys_of(*parse_prefix("10.0.0.0/9")).size() == 128);
  CHECK(keys_of(Range{*parse_address("10.0.0.254"), *parse_address("10.0.2.1")}) ==
        Keys{"10.0.0.254", "10.0.0.255", "10.0.1.", "10.0.2.0", "10.0.2.1"});
}

TEST_CASE("all of IPv4 is 256 keys and not the empty one, which IPv6 clients would have, too") {
  const Keys keys = keys_of(Range{*parse_address("0.0.0.0"), *parse_address("255.255.255.255")});
  CHECK(keys.size() == 256);
  CHECK(keys.front() == "0.");
  CHECK(keys.back() == "255.");
  CHECK(keys_of(*parse_prefix("0.0.0.0/0")) == keys);
}

TEST_CASE("an IPv6 network has no keys at all, a single address has its text") {
  CHECK(keys_of(*parse_prefix("2001:db8::/32")).empty());
  CHECK(keys_of(*parse_prefix("2001:db8::1/128")) == Keys{"2001:db8::1"});
}

TEST_CASE("a raw key with a range has a key for each number, and none when it is reversed") {
  CHECK(keys_of(RawKey{"x8-10y", 1, 5, 8, 10}) == Keys{"x8y", "x9y", "x10y"});
  CHECK(keys_of(RawKey{"x9-3y", 1, 4, 9, 3}).empty());
  CHECK(keys_of(RawKey{"999-", 0, 4, 256, 0}).empty());
}

TEST_CASE("octets are scanned up to what no longer belongs to them") {
  struct Row {
    std::string_view text;
    unsigned count;
    unsigned size;
  };
  const Row rows[] = {{"10.1.2.3:allow", 4, 8},
                      {"10.1.2.3", 4, 8},
                      {"10.1.2.3.:deny", 4, 8},
                      {"255.0.:", 2, 6},
                      {"10.", 1, 3},
                      {"10", 0, 0},
                      {"10x", 0, 0},
                      {"10.1x", 0, 0},
                      {"10.x", 1, 3},
                      {"1.2.3.04", 0, 0},
                      {"01.2.3.4", 0, 0},
                      {"256.1.", 0, 0},
                      {"1.2.3.1000", 0, 0},
                      {"", 0, 0},
                      {".1", 0, 0},
                      {"0.0.0.0-3", 4, 7}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Octets octets = scan_octets(row.text);
    CHECK(octets.count == row.count);
    CHECK(octets.size == row.size);
  }
}

TEST_CASE("every number is an octet exactly when it is written as one, at every place") {
  for (unsigned number = 0; number < 1100; ++number) {
    for (const char* zeros : {"", "0", "00"}) {
      const std::string text = zeros + std::to_string(number);
      const bool good = number < 256 && *zeros == '\0';
      for (unsigned place = 0; place < 4; ++place) {
        std::string address;
        for (unsigned i = 0; i < 4; ++i) address += (i == 0 ? "" : ".") + (i == place ? text : std::string("7"));
        CAPTURE(address);
        const auto octets = parse_octets(address);
        REQUIRE(octets.has_value() == good);
        if (good) REQUIRE(octets->value[place] == number);
      }
    }
  }
}

}  // namespace core
