// Lookups in files of ucspi-tcp6: how its keys are written, and in which order they are asked.
// There is no package of it to ask: keys and answers were spelt out by hand from what version 1.11.4 does.
// Compat: networks come after all prefixes that end in a dot, however short these are, and /1 is never asked for.
#include "rule_cdb.hpp"

namespace {

std::string ask_tcp6(const Records& records, const rr_client& who) { return ask(records, who, RR_UCSPI_TCP6); }

/// Each key decides as soon as those before it are missing; the records stand in the file in reverse.
void check_order(const std::vector<std::string>& keys, const rr_client& who) {
  for (size_t first = 0; first < keys.size(); ++first) {
    Records records;
    for (size_t i = keys.size(); i-- > first;) records.emplace_back(keys[i], "");
    CHECK(ask_tcp6(records, who) == "allow by " + keys[first]);
  }
  CHECK(ask_tcp6(Records{}, who) == "no match");
}

/// The key cut down to fewer and fewer bits, from all to two.
std::vector<std::string> networks(std::string_view all_bits) {
  std::vector<std::string> keys;
  for (size_t length = all_bits.size(); length > 2; --length) keys.emplace_back(all_bits.substr(0, length));
  return keys;
}

constexpr auto deny = "D\0"sv;

}  // namespace

TEST_CASE("ucspi-tcp6: an IPv4 client is asked for by address, prefixes and networks, in this order") {
  std::vector<std::string> keys = {"joe@10.1.2.3", "joe@=a.b", "10.1.2.3", "=a.b", "10.1.2.", "10.1.", "10."};
  for (const std::string& key : networks("_0000e0g00000000p000000w000000056")) keys.push_back(key);
  keys.insert(keys.end(), {"=.b", "=", ""});
  check_order(keys, client("10.1.2.3", "a.b", "joe"));
}

TEST_CASE("ucspi-tcp6: an IPv6 client is asked for by its long address and its networks, in this order") {
  const std::string address = "2001:0DB8:0000:0000:0000:0000:0000:000F";
  std::vector<std::string> keys = {"joe@" + address, "joe@=a.b", address, "=a.b"};
  const std::string bits = "^00`000000000000a0000bc0de0fgh000" + std::string(92, '0') + "ijkl";
  REQUIRE(bits.size() == 129);
  for (const std::string& key : networks(bits)) keys.push_back(key);
  keys.insert(keys.end(), {"=.b", "=", ""});
  check_order(keys, client("2001:db8::f", "a.b", "joe"));
}

TEST_CASE("ucspi-tcp6: every bit of IPv4 has its letter, every set bit of IPv6 the next byte") {
  const std::string letters = "abcdefghijklmnopqrstuvwxyz123456";
  CHECK(ask_tcp6({{"_" + letters, deny}}, client("255.255.255.255")) == "deny by _" + letters);
  CHECK(ask_tcp6({{"_" + std::string(32, '0'), deny}}, client("0.0.0.0")) == "deny by _" + std::string(32, '0'));
  std::string bytes = "^";
  for (int i = 0; i < 128; ++i) bytes += static_cast<char>(0x60 + i);
  CHECK(ask_tcp6({{bytes, deny}}, client("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) == "deny by " + bytes);
  CHECK(ask_tcp6({{"^" + std::string(128, '0'), deny}}, client("::")) == "deny by ^" + std::string(128, '0'));
  for (size_t place = 0; place < 32; ++place) {
    std::string key = "_" + std::string(32, '0');
    key[place + 1] = letters[place];
    const uint32_t address = 0x80000000u >> place;
    const unsigned char octets[] = {static_cast<unsigned char>(address >> 24),
                                    static_cast<unsigned char>(address >> 16), static_cast<unsigned char>(address >> 8),
                                    static_cast<unsigned char>(address)};
    CHECK(ask_tcp6({{key, deny}}, binary_client(RR_BYTES, octets, 4)) == "deny by " + key);
  }
}

TEST_CASE("ucspi-tcp6: dotted prefixes come before networks, and networks before suffixes of the name") {
  struct Row {
    const char* ip;
    const char* host;
    const char* answer;
  };
  // 10.0.0.0/8:allow, 10.1.2.0/24:allow, 10.1.:deny, 2001:db8::/32:allow, 2001:db8::1:deny, =.example.net:deny
  const Records records = {{"_0000e0g0", ""},
                           {"_0000e0g00000000p000000w0", ""},
                           {"10.1.", deny},
                           {"^00`000000000000a0000bc0de0fgh000", ""},
                           {"2001:0DB8:0000:0000:0000:0000:0000:0001", deny},
                           {"=.example.net", deny}};
  for (const Row& row : {Row{"10.1.2.3", nullptr, "deny by 10.1."},  // the dotted prefix, though it is the wider one
                         {"::ffff:10.1.2.3", nullptr, "deny by 10.1."},
                         {"10.2.0.1", "a.example.net", "allow by _0000e0g0"},  // networks before suffixes
                         {"11.0.0.1", "a.example.net", "deny by =.example.net"},
                         {"11.0.0.1", nullptr, "no match"},
                         {"2001:db8::1", nullptr, "deny by 2001:0DB8:0000:0000:0000:0000:0000:0001"},
                         {"2001:DB8:0::2", "a.example.net", "allow by ^00`000000000000a0000bc0de0fgh000"},
                         {"2001:db9::2", "a.example.net", "deny by =.example.net"},
                         {"2001:db9::2", nullptr, "no match"}}) {
    CAPTURE(row.ip, row.host ? row.host : "(none)");
    const rr_client who = row.host ? client(row.ip, row.host) : client(row.ip);
    CHECK(ask_tcp6(records, who) == row.answer);
  }
}

TEST_CASE("ucspi-tcp6: what no client asks for decides nothing") {
  // 128.0.0.0/1, 8000::/1, IPv4 in long IPv6, and IPv6 as other programs spell it
  CHECK(ask_tcp6({{"_a", deny}}, client("128.0.0.1")) == "no match");
  CHECK(ask_tcp6({{"^`", deny}}, client("8000::1")) == "no match");
  CHECK(ask_tcp6({{"0000:0000:0000:0000:0000:FFFF:0A01:0203", deny}}, client("::ffff:10.1.2.3")) == "no match");
  CHECK(ask_tcp6({{"2001:db8::1", deny}, {"2001:db8::", deny}, {"2001:", deny}}, client("2001:db8::1")) == "no match");
  CHECK(ask_tcp6({{"2001:0DB8:", deny}}, client("2001:db8::1")) == "no match");
  CHECK(ask_tcp6({{"joe@_0000e0g0", deny}}, client("10.1.2.3", {}, "joe")) == "no match");
}

TEST_CASE("only ucspi-tcp6 asks for networks") {
  const Records records = {{"_0000e0g0", deny}, {"^00`000000000000a0000bc0de0fgh000", deny}};
  for (const rr_scheme scheme : {RR_TCPSERVER, RR_UCSPI_TCP_IPV6}) {
    CHECK(ask(records, client("10.1.2.3"), scheme) == "no match");
    CHECK(ask(records, client("2001:db8::1"), scheme) == "no match");
  }
}
