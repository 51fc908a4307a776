// The dialects of tcprules for programs that know IPv6: what address becomes what key, and how rules become text again.
// What its lines say is in tests/formats/; ucspi-tcp-ipv6 itself is asked in tests/conformance/.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "cdb/lower.hpp"
#include "formats/tcprules.hpp"
#include "formats/tcprules/ipv6.hpp"
#include "formats/tcprules/tcp6.hpp"
#include "lint/run.hpp"
#include "model/evaluate.hpp"
#include "model/key_scheme.hpp"
#include "reading.hpp"

namespace core {
namespace {

using Keys = std::vector<std::string>;

class KeySink : public cdb::RecordSink {
 public:
  bool add(std::string_view key, std::string_view) override {
    keys.emplace_back(key);
    return true;
  }
  Keys keys;
};

struct Read {
  Policy policy;
  Keys keys;            ///< that it is compiled to
  std::string message;  ///< of the first finding, with its severity; empty when there is none
};

Read read(const char* format, const std::string& text, const KeyScheme* scheme = nullptr) {
  Read read{new_policy(*find_format(format)), {}, {}};
  Sources sources;
  Findings findings;
  ParseOptions options;
  options.scheme = scheme;
  find_format(format)->parse(*sources.add("tcp.smtp", text), options, read.policy, findings);
  KeySink sink;
  if (read.policy.complete) static_cast<void>(cdb::lower(read.policy, {}, sink, findings));
  read.keys = sink.keys;
  if (findings.empty()) return read;
  const Finding& first = findings.all().front();
  read.message = std::string(severity_name(first.severity)) + ": " + first.message.text({});
  return read;
}

std::string full(const std::string& end) { return "0000:0000:0000:0000:0000:" + end; }

struct Row {
  std::string address;
  std::string key;
};

}  // namespace

TEST_CASE("ucspi-tcp6 makes of an address the key that its compiler writes") {
  const Row rows[] = {
      {"::1", full("0000:0000:0001")},
      {"::", full("0000:0000:0000")},
      {"2001:db8::1", "2001:0DB8:0000:0000:0000:0000:0000:0001"},
      {"2001:DB8:0:0:0:0:0:1", "2001:0DB8:0000:0000:0000:0000:0000:0001"},
      {"1:2:3:4:5:6:7:8:9", "0001:0002:0003:0004:0005:0006:0007:0008"},
      {"1:2:3:4:5:6:10.1.2.3", "0001:0002:0003:0004:0005:0006:0A01:0203"},
      {":1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008"},
      {"1:2:3:4:5:6:7::8", "0001:0002:0003:0004:0005:0006:0007:0008"},
      {"::1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008"},
      {"::12345", full("0000:0000:2345")},
      {"::10.1.2.3", full("0000:0A01:0203")},
      {"::ffff:10.1.2.300", full("FFFF:0A01:022C")},
      {"2001:db8::10.1.2", "2001:0DB8:0000:0000:0000:0000:0000:0010"},
      {"::1:10.1.2", full("0000:0001:0010")},
      {"10.1.2.3:x", full("FFFF:0A01:0203")},
      {"fe80::1%eth0", "FE80:0000:0000:0000:0000:0000:0000:0001"},
      {"::%eth0", full("0000:0000:0000")},
      {"2001:db8::1-3", "2001:0DB8:0000:0000:0000:0000:0000:0001"},
      {"joe@::1", "joe@" + full("0000:0000:0001")},
      {"joe@::1/64", "joe@::1/64"},
      {"joe@10.0.0.0/8", "joe@10.0.0.0/8"},
      {"=a:b", "=a:b"},
      {"10.0.0.0/8", "_0000e0g0"},
      {"10/8", "_0000e0g0"},
      {"10./8", "_0000e0g0"},
      {"10.1.2.3/8", "_0000e0g0"},
      {"10.x/8", "_0000e0g0"},
      {"10.1.2.3-9/8", "_0000e0g0"},
      {"300.2.3.4/8", "_00c0ef00"},
      {"255.255.255.255/32", "_abcdefghijklmnopqrstuvwxyz123456"},
      {"128.0.0.0/1", "_a"},
      {"0.0.0.0/1", "_0"},
      {"8000::/1", "^`"},
      {"2001:db8::/32", "^00`000000000000a0000bc0de0fgh000"},
      {"::ffff:10.1.2.3/96", "^" + std::string(80, '0') + "`abcdefghijklmno"},
      {"fe80::1%eth0/3", "^`ab"},
      {"_0000e0g0", "_0000e0g0"},
      {"10.1.2", "10.1.2"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.address);
    CHECK(read("tcprules-tcp6", row.address + ":allow\n").keys == Keys{row.key});
  }
  CHECK(read("tcprules-tcp6", "10.1.2.8-10:allow\n").keys == Keys{"10.1.2.8", "10.1.2.9", "10.1.2.10"});
  CHECK(read("tcprules-tcp6", "10.1.2.9-8:allow\n").keys.empty());
}

TEST_CASE("the address of ucspi-tcp6 ends at the last colon before the first comma, or at that comma") {
  CHECK(find_tcp6_separator("::1:allow,A=\"b:c\"") == 3);
  CHECK(find_tcp6_separator("10.1.2.3,allow") == 8);
  CHECK(find_tcp6_separator(",allow") == 0);
  CHECK(find_tcp6_separator("10.1.2.3 allow") == std::string_view::npos);
  CHECK(find_tcp6_separator("") == std::string_view::npos);
}

TEST_CASE("the address of ucspi-tcp-ipv6 ends at the first colon that a verdict follows") {
  CHECK(find_ipv6_colon("::1:allow") == 3);
  CHECK(find_ipv6_colon("::allow") == 1);
  CHECK(find_ipv6_colon("a:allow:allow") == 1);
  CHECK(find_ipv6_colon("a:denyx") == 1);
  CHECK(find_ipv6_colon("::1:den") == std::string_view::npos);
  CHECK(find_ipv6_colon(" \t") == std::string_view::npos);
}

TEST_CASE("a network of ucspi-tcp6 is asked behind every prefix with a dot, though octets could say it") {
  const Policy policy = read("tcprules-tcp6", "10.1.0.0/16:allow\n10.:deny\n_0000e0g0:deny\n").policy;
  REQUIRE(policy.rules.size() == 3);
  CHECK(policy.rules[0].get_if<CidrNetwork>() == CidrNetwork{*parse_prefix("10.1.0.0/16")});
  CHECK(policy.rules[1].get_if<Prefix>() == parse_prefix("10.0.0.0/8"));
  CHECK(policy.rules[2].get_if<CidrNetwork>() == CidrNetwork{*parse_prefix("10.0.0.0/8")});
  const Decision decision = evaluate(policy, {*parse_address("10.1.2.3"), {}, {}});
  CHECK(decision.matched == "10.");
}

TEST_CASE("ucspi-tcp6 shows networks as its tcprulescheck does") {
  const auto shown = [](const char* address) {
    return ucspi_tcp6_keys.show_key(read("tcprules-tcp6", std::string(address) + ":allow\n").keys.front());
  };
  CHECK(shown("10.0.0.0/8") == "10./8");
  CHECK(shown("10.1.2.0/23") == "10.1.2./23");
  CHECK(shown("10.1.2.2/31") == "10.1.2.2./31");
  CHECK(shown("10.1.2.3/32") == "10.1.2.3/32");
  CHECK(shown("::/2") == "::/2");
  CHECK(shown("2001:db8::/32") == "2001:db8::/32");
  CHECK(shown("2:abcd:0:0:db8::/127") == "2:abcd::db8:0:0:0/127");
  CHECK(shown("1:0:3:4:5:6:7:0/112") == "1:0:3:4:5:6:7:0/112");
  CHECK(shown("1:2:3:4:5:6:7:8/128") == "1:2:3:4:5:6:7:8/128");
  CHECK(shown("::ffff:10.1.2.0/120") == "::ffff:10.1.2.0/120");
  CHECK(shown("10.1.") == "10.1.");
}

TEST_CASE("a rule that a dialect cannot say is not printed") {
  struct Wanted {
    const char* format;
    ClientPattern pattern;
    const char* line;  ///< null: none
  };
  const Wanted rows[] = {
      {"tcprules-ipv6", *parse_prefix("2001:db8:0:1:1:1:1:5/128"), "2001:db8::1:1:1:1:5:allow\n"},
      {"tcprules-ipv6", *parse_prefix("2001:db8::/32"), "2001:db8::allow\n"},
      {"tcprules-ipv6", *parse_prefix("2001:db8::/33"), nullptr},
      {"tcprules-ipv6", *parse_prefix("2001:0:1::/48"), nullptr},
      {"tcprules-ipv6", CidrNetwork{*parse_prefix("10.0.0.0/8")}, nullptr},
      {"tcprules-ipv6", RawKey{"a:deny"}, nullptr},
      {"tcprules-ipv6", RawKey{"a:b"}, "a:b:allow\n"},
      {"tcprules-tcp6", *parse_prefix("2001:db8::1/128"), "2001:db8::1:allow\n"},
      {"tcprules-tcp6", *parse_prefix("2001:db8::/32"), "2001:db8::/32:allow\n"},
      {"tcprules-tcp6", *parse_prefix("8000::/1"), nullptr},
      {"tcprules-tcp6", CidrNetwork{*parse_prefix("10.0.0.0/8")}, "10.0.0.0/8:allow\n"},
      {"tcprules-tcp6", *parse_prefix("10.0.0.0/9"), nullptr},
      {"tcprules-tcp6", RawKey{"_a"}, "_a:allow\n"},
      {"tcprules-tcp6", RawKey{"2001:"}, nullptr},
      {"tcprules-tcp6", RawKey{"a,b"}, nullptr},
      {"tcprules-tcp6", RawKey{"10.0.0.0/8"}, nullptr},
      {"tcprules", CidrNetwork{*parse_prefix("10.0.0.0/8")}, nullptr},
  };
  for (const Wanted& row : rows) {
    CAPTURE(row.format, format_pattern(row.pattern));
    Policy policy = new_policy(*find_format(row.format));
    policy.rules.add({row.pattern, policy.add_outcome(Access::allow, 0)});
    const auto printed = find_format(row.format)->print(policy);
    CHECK(printed == (row.line == nullptr ? std::nullopt : std::optional<std::string>(row.line)));
  }
}

TEST_CASE("extended rules for a program that knows IPv6 are compiled to its keys") {
  CHECK(read("tcprules-extended", "2001:db8::/32:allow\n", &ucspi_tcp6_keys).keys ==
        Keys{"^00`000000000000a0000bc0de0fgh000"});
  CHECK(read("tcprules-extended", "2001:db8::1:2 : deny # two\n", &ucspi_tcp6_keys).keys ==
        Keys{"2001:0DB8:0000:0000:0000:0000:0001:0002"});
  CHECK(read("tcprules-extended", "10.1.2.0/23:allow\n", &ucspi_tcp6_keys).keys == Keys{"10.1.2.", "10.1.3."});
  CHECK(read("tcprules-extended", "2001:db8::/31:allow\n", &ucspi_tcp_ipv6_keys).keys ==
        Keys{"2001:db8:", "2001:db9:"});
  CHECK(read("tcprules-extended", "2001:db8::1:allow\n", &ucspi_tcp_ipv6_keys).keys == Keys{"2001:db8::1"});
  CHECK(read("tcprules-extended", "2001:db8::/31:allow\n2001:db8::/32:deny\n", &ucspi_tcp_ipv6_keys).keys ==
        Keys{"2001:db9:", "2001:db8:"});
  CHECK(
      read("tcprules-extended", "2001:0:1::/48:allow\n", &ucspi_tcp_ipv6_keys).message ==
      "error: '2001:0:1::/48': no list of keys of ucspi-tcp-ipv6 is exactly this network, because a text with '::' in "
      "it stands for addresses inside and outside");
  CHECK(read("tcprules-extended", "2001:db8::1/32:allow\n", &ucspi_tcp6_keys).message ==
        "error: '2001:db8::1/32' has bits set behind its 32 bit mask");
  CHECK(read("tcprules-extended", "::/0:allow\n", &ucspi_tcp6_keys).message ==
        "error: '::/0' is no IPv6 address, and no network with a length from 1 to 128");
  CHECK(read("tcprules-extended", "::ffff:10.1.2.3:allow\n", &ucspi_tcp6_keys).message ==
        "error: '::ffff:10.1.2.3' is a client of IPv4, and seen as 10.1.2.3");
  CHECK(read("tcprules-extended", "2001:db8::1:allow\n").message ==
        "error: '2001:db8::1' is an IPv6 address: the classic CDB has no key that every tcpserver would ask for it");
}

TEST_CASE("rules of a dialect are checked as its program reads them, though nobody names it") {
  const auto listing = [](const char* name, const char* text) { return testing::check_text(name, text).listing(); };
  CHECK(listing("a.tcprules-tcp6", "10.1.2.0/24:allow\n10.1.:deny\n128.0.0.0/1:deny\n:allow\n") ==
        "1: note: '10.1.2.0/24' is a network to ucspi-tcp6 and spamdyke only: other programs never ask for it "
        "[cidr-in-tcprules]\n"
        "1: warning: '10.1.2.0/24' decides for no client: ucspi-tcp6 asks for '10.1.' first, though it is wider "
        "[dotted-beats-cidr]\n"
        "3: note: '128.0.0.0/1' is a network to ucspi-tcp6 and spamdyke only: other programs never ask for it "
        "[cidr-in-tcprules]\n"
        "3: warning: '128.0.0.0/1' decides for nobody: ucspi-tcp6 asks for lengths from 32 down to 2 [slash-one]\n");
  CHECK(listing("a.tcprules-ipv6",
                "2001:DB8::1:deny\n2001:db8::/32:deny\n2001:db8:0:1:1:1:1:5:deny\n[::1]:deny\n:allow\n") ==
        "1: warning: '2001:DB8::1' can never match a client: the tcpserver of ucspi-tcp-ipv6 asks for '2001:db8::1' "
        "[dead-key]\n"
        "2: warning: '2001:db8::/32' can never match a client: the tcpserver of ucspi-tcp-ipv6 asks for '2001:db8:' "
        "[dead-key]\n"
        "3: warning: '2001:db8:0:1:1:1:1:5' can never match a client: the tcpserver of ucspi-tcp-ipv6 asks for "
        "'2001:db8::1:1:1:1:5' [dead-key]\n"
        "4: warning: '[::1]' can never match a client: it is no address, no prefix and no name that is looked up "
        "[dead-key]\n");
}

TEST_CASE(
    "where networks have keys of their own, none repeats octets, and no rule is called needless because of them") {
  const auto names = [](const char* name, const char* text) { return testing::check_text(name, text).names(); };
  CHECK(names("a.tcprules-tcp6", "8.0.0.0/5:deny\n10.:allow\n:allow\n").count("duplicate-key") == 0);
  CHECK(names("a.tcprules-tcp6", "10.0.0.0/8:deny\n10.:allow\n:deny\n").count("duplicate-key") == 0);
  CHECK(names("a.tcprules-tcp6", "10.0.0.0/8:deny\n10.0.0.0/8:allow\n:deny\n").count("duplicate-key") +
            names("a.tcprules-tcp6", "10.0.0.0/8:deny\n10.0.0.0/8:allow\n:deny\n").count("contradictory-keys") ==
        1);
  CHECK(names("a.tcprules-tcp6", "10.1.2.:allow\n10.1.0.0/16:allow\n10.1.2.3/32:deny\n:allow\n")
            .count("redundant-rule") == 0);
  CHECK(names("a.tcprules-ipv6", "=a.ex:deny\n2001:db8::allow\n=:deny\n:allow\n").count("redundant-rule") == 0);
}

TEST_CASE("who lets his IPv6 clients relay has not forgotten them") {
  const char text[] = "127.:allow,RELAYCLIENT=\"\"\n::1:allow,RELAYCLIENT=\"\"\n:allow\n";
  for (const char* name : {"a.tcprules-tcp6", "a.tcprules-ipv6"}) {
    CHECK(testing::check_text(name, text).names().count("ipv6-forgotten") == 0);
    CHECK(testing::check_text(name, "127.:allow,RELAYCLIENT=\"\"\n:allow\n").names().count("ipv6-forgotten") == 1);
  }
}

}  // namespace core
