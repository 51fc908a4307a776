// The tcprules parser: what each line means, and what the strict reading says of each that is odd.
//
// The faithful reading is compared with the original program in tests/conformance; here both are held to each other,
// and every message is asserted whole.
#include "formats/tcprules.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "model/dump.hpp"
#include "model/key.hpp"
#include "unit/policies.hpp"

namespace core {
namespace {

struct Parsed {
  Policy policy;
  std::string findings;
};

std::string format_findings(const Sources& sources, const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings.all()) {
    const Position place = sources.position(finding.span.begin);
    text += std::to_string(place.line) + ":" + std::to_string(place.column) + "+" +
            std::to_string(finding.span.size()) + " " + std::string(severity_name(finding.severity)) + ": " +
            finding.message.text({}) + " [" + std::string(finding.kind->code) + " " + std::string(finding.kind->name) +
            "]\n";
    if (!finding.help.empty()) text += "  help: " + finding.help.text({}) + "\n";
    for (const Edit& edit : finding.fix)
      text += "  fix: " + quoted(sources.text(edit.span)) + " -> " + core::quoted(edit.replacement) + "\n";
  }
  return text;
}

Parsed parse(std::string_view text, Reading reading = Reading::strict,
             TcprulesDialect dialect = TcprulesDialect::classic) {
  Sources sources;
  Parsed parsed;
  parsed.policy = new_policy(*find_format(dialect == TcprulesDialect::classic ? "tcprules" : "tcprules-extended"));
  Findings findings;
  ParseOptions options;
  options.reading = reading;
  // most texts here are one line; what is said of a last line without a newline is not what they are about
  const std::string lines = std::string(text) + (text.empty() || text.ends_with('\n') ? "" : "\n");
  parse_tcprules(*sources.add("tcp.smtp", lines), options, dialect, parsed.policy, findings);
  parsed.findings = format_findings(sources, findings);
  return parsed;
}

/// One rule as what it is, not as it was written.
std::string format_rule(const Policy& policy, const Rule& rule) {
  static constexpr const char* kinds[] = {"any", "any named", "prefix", "octets", "range", "host", "suffix", "raw"};
  std::string text = kinds[rule.pattern().index()];
  if (const auto& info = policy.info_of(rule)) text += " info=" + core::quoted(*info);
  text += " " + core::quoted(format_pattern(rule.pattern())) + " " + std::string(access_name(rule.access()));
  for (const EnvEdit& edit : policy.edits_of(rule)) text += " " + quoted(edit.name()) + "=" + quoted(edit.value());
  return text;
}

}  // namespace

TEST_CASE("a line means what it says, in both readings") {
  const std::pair<const char*, const char*> cases[] = {
      {"1.2.3.4:deny", "prefix '1.2.3.4' deny"},
      {":allow", "any '' allow"},
      {"=:deny", "any named '=' deny"},
      {"=mail.example.com:allow", "host '=mail.example.com' allow"},
      {"=.example.com:allow", "suffix '=.example.com' allow"},
      {"10.:allow,RELAYCLIENT=\"\"", "prefix '10.' allow 'RELAYCLIENT'=''"},
      {"10.:deny,A=|b\"c|,D='e,f:g'  \t", "prefix '10.' deny 'A'='b\"c' 'D'='e,f:g'"},
      {"10.2-3.:allow", "octets '10.2-3.' allow"},
      {"10.1.2.250-999:allow", "octets '10.1.2.250-255' allow"},
      {"10.1.2.008-010:allow", "octets '10.1.2.8-10' allow"},
      {"10.1.2.-2:allow", "octets '10.1.2.0-2' allow"},
      {"1.2.3.9-3:allow", "raw '1.2.3.9-3' allow"},
      {"10.2-3.4-5.:deny", "raw '10.2-3.4-5.' deny"},
      {"joe@1.2.3.4:deny", "prefix info='joe' '1.2.3.4' deny"},
      {"joe@=a.b:deny", "host info='joe' '=a.b' deny"},
      {"joe@1.2.3.4-6:allow", "raw 'joe@1.2.3.4-6' allow"},
      {"10.0.0.0/8:allow", "raw '10.0.0.0/8' allow"},
      {"1.2.3:allow", "raw '1.2.3' allow"},
      {" 1.2.3.4:allow", "raw ' 1.2.3.4' allow"},
      {"1.:allow, RELAYCLIENT=\" \"", "prefix '1.' allow ' RELAYCLIENT'=' '"},
      {"1.:allow,=x=x", "prefix '1.' allow ''='='"},
      {"1.:allow,,A=\"b\"", "prefix '1.' allow ',A'='b'"},
  };
  for (const auto& [line, expected] : cases)
    for (const Reading reading : {Reading::strict, Reading::faithful}) {
      INFO(line);
      const Parsed parsed = parse(line, reading);
      CHECK(parsed.findings.empty());
      CHECK(parsed.policy.complete);
      REQUIRE(parsed.policy.rules.size() == 1);
      CHECK(format_rule(parsed.policy, parsed.policy.rules[0]) == expected);
    }
}

TEST_CASE("comments, empty lines, lines of blanks and indented comments are no rules") {
  const Parsed parsed = parse("# 1.2.3.4:deny\n\n   \t\n  # indented\n:deny");
  CHECK(parsed.findings.empty());
  CHECK(parsed.policy.rules.size() == 1);
}

TEST_CASE("the strict reading says of each bad line what is wrong and what would be right") {
  const std::pair<std::string, const char*> cases[] = {
      {"1.2.3.4 deny",
       "1:1+12 error: '1.2.3.4 deny' has no ':' and is no rule: tcprules drops this line in silence [RR101 "
       "line-without-colon]\n"
       "  help: write '1.2.3.4:deny'\n"
       "  fix: '1.2.3.4 deny' -> '1.2.3.4:deny'\n"},
      {"just text",
       "1:1+9 error: 'just text' has no ':' and is no rule: tcprules drops this line in silence [RR101 "
       "line-without-colon]\n"
       "  help: a rule is 'ADDRESS:allow' or 'ADDRESS:deny'; a comment begins with '#'\n"},
      {"1.2.3.4:",
       "1:9+0 error: there is no verdict behind the ':'; 'allow' or 'deny' is expected [RR102 bad-verdict]\n"
       "  help: write ':allow' or ':deny', whichever is meant\n"},
      {"1.2.3.4: allow",
       "1:9+6 error: the verdict 'allow' must stand directly behind the ':', without blanks [RR102 bad-verdict]\n"
       "  help: write ':allow'\n"
       "  fix: ' allow' -> 'allow'\n"},
      {"1.2.3.4:ALLOW",
       "1:9+5 error: 'ALLOW' is no verdict; 'allow' or 'deny' is expected, in lower case [RR102 bad-verdict]\n"
       "  help: write ':allow'\n"
       "  fix: 'ALLOW' -> 'allow'\n"},
      {"1.2.3.4:alow",
       "1:9+4 error: 'alow' is no verdict; 'allow' or 'deny' is expected, in lower case [RR102 bad-verdict]\n"
       "  help: write ':allow'\n"
       "  fix: 'alow' -> 'allow'\n"},
      {"1.2.3.4:nonsense",
       "1:9+8 error: 'nonsense' is no verdict; 'allow' or 'deny' is expected, in lower case [RR102 bad-verdict]\n"
       "  help: a rule is 'ADDRESS:allow' or 'ADDRESS:deny'\n"},
      {"1.2.3.4:denyfoo",
       "1:9+7 error: 'denyfoo' is no verdict; 'allow' or 'deny' is expected, in lower case [RR102 bad-verdict]\n"
       "  help: a rule is 'ADDRESS:allow' or 'ADDRESS:deny'\n"},
      {"1.2.3.4:allowed",
       "1:9+7 error: 'allowed' is no verdict; 'allow' or 'deny' is expected, in lower case [RR102 bad-verdict]\n"
       "  help: write ':allow'\n"
       "  fix: 'allowed' -> 'allow'\n"},
      {"1.2.3.4:deny:",
       "1:9+5 error: 'deny:' is no verdict; 'allow' or 'deny' is expected, in lower case [RR102 bad-verdict]\n"
       "  help: write ':deny'\n"
       "  fix: 'deny:' -> 'deny'\n"},
      {"1.2.3.4:deny -> spam",
       "1:13+8 error: '-> spam' behind the verdict: only ',NAME=\"value\"' may follow [RR103 text-after-verdict]\n"
       "  help: delete it, or put it on a line of its own that begins with '#'\n"},
      {"1.2.3.4:allow;A=\"b\"",
       "1:14+6 error: ';A=\"b\"' behind the verdict: only ',NAME=\"value\"' may follow [RR103 text-after-verdict]\n"
       "  help: write ',' between the verdict and the variables\n"},
      {"1.2.3.4:allow # why",
       "1:14+6 error: '# why' behind the verdict: only ',NAME=\"value\"' may follow [RR103 text-after-verdict]\n"
       "  help: put the comment on a line of its own\n"
       "  fix: '' -> '# why\\x0a'\n"
       "  fix: ' # why' -> ''\n"},
      {"1.2.3.4:allow ,A=\"b\"",
       "1:14+7 error: ',A=\"b\"' behind the verdict: only ',NAME=\"value\"' may follow [RR103 text-after-verdict]\n"
       "  help: write no blank before the ','\n"
       "  fix: ' ' -> ''\n"},
      {"1.2.3.4:allow,A",
       "1:14+2 error: the variable 'A' has no '='; write ',A=\"\"' to set it to nothing [RR105 empty-variable]\n"
       "  fix: ',A' -> ',A=\"\"'\n"},
      {"1.2.3.4:allow, see below",
       "1:14+11 error: the variable 'see below' has no '='; write ',see below=\"\"' to set it to nothing [RR105 "
       "empty-variable]\n"},
      {"1.2.3.4:allow,",
       "1:14+1 error: nothing follows the ','; ',NAME=\"value\"' is expected [RR105 empty-variable]\n"
       "  help: delete the ','; a rule is one line, and what stands in the next one does not belong to it\n"
       "  fix: ',' -> ''\n"},
      {"1.2.3.4:allow,A=",
       "1:14+3 error: the variable 'A' has no value; write ',NAME=\"\"' to set it to nothing [RR105 empty-variable]\n"
       "  fix: '' -> '\"\"'\n"},
      {"1.2.3.4:allow,A=\"b",
       "1:17+2 error: the value begins with the quote '\"' and never ends: a second one is expected [RR104 "
       "bad-quote]\n"
       "  help: write \" behind the value, too\n"
       "  fix: '' -> '\"'\n"},
      {"1.2.3.4:allow,A=\"b,C=",
       "1:17+5 error: the value begins with the quote '\"' and never ends: a second one is expected [RR104 "
       "bad-quote]\n"
       "  help: write \" behind the value, too\n"},
      {"1.2.3.4:allow,A=b",
       "1:17+1 error: the value has no quotes: its first byte, 'b', is taken for the quote, and does not come again "
       "[RR104 bad-quote]\n"
       "  help: put the value between quotes: NAME=\"value\"\n"},
      {"1.2.3.4:allow,A=\"b\"x",
       "1:20+1 error: 'x' behind the closing quote: only ',NAME=\"value\"' may follow [RR103 text-after-verdict]\n"
       "  help: delete it, or put it on a line of its own that begins with '#'\n"},
      {"1.2.3.4:allow,A=\xe2\x80\x9c\x62\xe2\x80\x9d",
       "1:22+2 error: the value of 'A' is quoted with typographic quotes: only the first byte of the opening one "
       "counts as the quote, and '\\x80\\x9d' is left over [RR104 bad-quote]\n"
       "  help: write plain quotes: NAME=\"value\"\n"
       "  fix: '\xe2\x80\x9c' -> '\"'\n"
       "  fix: '\xe2\x80\x9d' -> '\"'\n"},
      {"1.2.3.4:allow\r",
       "1:14+1 error: the line ends in CR LF: tcprules takes the CR for text and refuses the file [RR106 "
       "carriage-return]\n"
       "  help: save the file with UNIX line ends (LF only)\n"
       "  fix: '\\x0d' -> ''\n"},
      {"a-b.example:deny",
       "1:1+11 error: 'a-b.example' is taken for a range because of its '-', and the line is refused; a host name "
       "needs a '=' in front [RR111 name-with-dash]\n"
       "  help: write '=a-b.example'\n"
       "  fix: 'a-b.example' -> '=a-b.example'\n"},
      {"1.2.3.a-5:deny",
       "1:1+9 error: '1.2.3.a-5' is no range of numbers, and the line is refused [RR108 bad-range]\n"
       "  help: a range is a number on each side of one '-': '10.1.2.5-9' or '10.2-3.'\n"},
      {"::1:allow",
       "1:1+3 error: '::1' is an IPv6 address: this program's address ends at the first ':', and the line is refused "
       "[RR323 ipv6-for-ipv4-program]\n"
       "  help: these rules know IPv4 addresses only; IPv6 clients meet the catch-all, ':allow' or ':deny'\n"},
      {"::ffff:10.0.0.1:deny",
       "1:1+15 error: '::ffff:10.0.0.1' cannot stand here: the address ends at the first ':', and such a client is "
       "seen "
       "as 10.0.0.1 [RR324 ipv4-mapped]\n"
       "  help: write '10.0.0.1'\n"
       "  fix: '::ffff:10.0.0.1' -> '10.0.0.1'\n"},
      {"10.0.0.1:allow,RELAYCLIENT=\"\"\t1024567890",
       "1:30+11 error: '1024567890' is the time of a POP-before-SMTP grant: the compiler refuses such a line, and a "
       "grant ends after some hours [RR419 stale-grant]\n"
       "  help: delete the line; grants for a while stand in a file of their own (open-smtp)\n"},
      {"2001:db8:::deny",
       "1:1+10 error: '2001:db8::' is an IPv6 address: this program's address ends at the first ':', and the line is "
       "refused [RR323 ipv6-for-ipv4-program]\n"
       "  help: these rules know IPv4 addresses only; IPv6 clients meet the catch-all, ':allow' or ':deny'\n"},
      {"1.2.3.4:\xff",
       "1:9+1 error: '\\xff' is no verdict; 'allow' or 'deny' is expected, in lower case [RR102 bad-verdict]\n"
       "  help: a rule is 'ADDRESS:allow' or 'ADDRESS:deny'\n"},
  };
  for (const auto& [line, expected] : cases) {
    INFO(core::quoted(line));
    const Parsed parsed = parse(line);
    CHECK(parsed.findings == expected);
    CHECK_FALSE(parsed.policy.complete);
    CHECK(parsed.policy.rules.empty());
  }
}

TEST_CASE("who wants a rule to go on in the next line is told that it does not") {
  const std::string says = "a '\\' at the end of a line continues nothing here: a rule is one line";
  const std::string help = "\n  help: take it away, and write the next line's text behind this one\n";
  CHECK(parse("10.:allow,A=\"1\",\\\n:deny\n").findings == "1:16+2 error: " + says + " [RR105 empty-variable]" + help);
  CHECK(parse("10.:allow\\\n:deny\n").findings == "1:10+1 error: " + says + " [RR103 text-after-verdict]" + help);
  CHECK(parse("10.:allow,A=\"1\" \\\n:deny\n").findings ==
        "1:16+2 error: " + says + " [RR103 text-after-verdict]" + help);
  CHECK(parse("10.:allow,\n:deny\n").findings ==
        "1:10+1 error: nothing follows the ','; ',NAME=\"value\"' is expected [RR105 empty-variable]\n"
        "  help: delete the ','; a rule is one line, and what stands in the next one does not belong to it\n"
        "  fix: ',' -> ''\n");
}

TEST_CASE("the strict parser goes on behind a bad line, the faithful one stops there as the original does") {
  const char text[] = "1.:allow\nfoo:bar\n2.:allow\n3.:alow\n4.:allow\n";
  CHECK(parse(text).policy.rules.size() == 3);
  CHECK(parse(text, Reading::faithful).policy.rules.size() == 1);
  CHECK_FALSE(parse(text).policy.complete);
  CHECK_FALSE(parse(text, Reading::faithful).policy.complete);
}

TEST_CASE("carriage returns are one finding for the whole file, with a repair for each line, comments too") {
  const Parsed parsed = parse("1.:allow\r\n\r\n# c\r\n:deny\r\n");
  CHECK(parsed.findings ==
        "1:9+1 error: the line ends in CR LF: tcprules takes the CR for text and refuses the file [RR106 "
        "carriage-return]\n"
        "  help: save the file with UNIX line ends (LF only)\n"
        "  fix: '\\x0d' -> ''\n"
        "  fix: '\\x0d' -> ''\n"
        "  fix: '\\x0d' -> ''\n"
        "  fix: '\\x0d' -> ''\n");
}

TEST_CASE("spans mark the whole rule, its address, its verdict, and each name and value") {
  Sources sources;
  const Source* source = sources.add("tcp.smtp", "# first\njoe@1.2.3.4:allow,A=\"b\",C=|d|  \n");
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  parse_tcprules(*source, {}, TcprulesDialect::classic, policy, findings);
  REQUIRE(policy.rules.size() == 1);
  const Rule rule = policy.rules[0];
  CHECK(sources.text(rule.span()) == "joe@1.2.3.4:allow,A=\"b\",C=|d|");
  CHECK(sources.text(rule.pattern_span()) == "joe@1.2.3.4");
  const EnvEdits& edits = policy.edits_of(rule);
  REQUIRE(edits.size() == 2);
  CHECK(sources.text(place_of(rule, edits[0].name_span)) == "A");
  CHECK(sources.text(place_of(rule, edits[1].name_span)) == "C");
  CHECK(sources.text(place_of(rule, edits[1].value_span)) == "d");
}

TEST_CASE("equal edits are kept once, and their spans are right on each line") {
  Sources sources;
  const Source* source = sources.add("tcp.smtp", "1.:allow,A=\"b\"\n22.:allow,A=\"b\"\n");
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  parse_tcprules(*source, {}, TcprulesDialect::classic, policy, findings);
  CHECK(policy.edit_lists.size() == 2);
  for (const Rule rule : policy.rules) CHECK(sources.text(place_of(rule, policy.edits_of(rule)[0].value_span)) == "b");
}

TEST_CASE("what is printed parses to the same rules, and prints the same again") {
  const char text[] =
      "1.2.3.4:deny\n10.2-3.:allow,A=\"b\"\n:allow,Q=\"'\",R='\"'\n=.a.b:deny\njoe@=h:allow\n10.0.0.0/"
      "8:allow\n1.2.3.9-3:deny\n";
  const Parsed parsed = parse(text);
  const auto printed = print_tcprules(parsed.policy, TcprulesDialect::classic);
  REQUIRE(printed.has_value());
  CHECK(print_tcprules(parse(*printed).policy, TcprulesDialect::classic) == printed);
  CHECK(parse(*printed).policy.rules.size() == parsed.policy.rules.size());
}

TEST_CASE("what the grammar cannot say is not printed") {
  Policy policy = new_policy(*find_format("tcprules"));
  const ClientPattern impossible[] = {*parse_prefix("10.0.0.0/9"),
                                      Range{*parse_address("1.1.1.1"), *parse_address("1.1.1.2")},
                                      RawKey{"a:b"},
                                      RawKey{"#a"},
                                      RawKey{"a\nb"},
                                      RawKey{"1-2"},
                                      *parse_prefix("::1/128")};
  for (const ClientPattern& pattern : impossible) {
    policy.rules.shrink(0);
    add_rule(policy, pattern);
    INFO(format_pattern(pattern));
    CHECK_FALSE(print_tcprules(policy, TcprulesDialect::classic).has_value());
  }
  policy.rules.shrink(0);
  add_rule(policy, AnyClient{}, Access::allow, {{"A", 1, true, false, {}, {}}});
  CHECK_FALSE(print_tcprules(policy, TcprulesDialect::classic).has_value());
}

TEST_CASE("the extended dialect knows networks, ranges, blanks and comments behind rules") {
  const std::pair<const char*, const char*> cases[] = {
      {"192.168.0.0/22:allow", "prefix '192.168.0.0/22' allow"},
      {"192.168.0.0/255.255.252.0 : deny", "prefix '192.168.0.0/22' deny"},
      {" 10.0.0.1 - 10.0.3.9 : allow , RELAYCLIENT=\"\" # our own", "range '10.0.0.1-10.0.3.9' allow 'RELAYCLIENT'=''"},
      {"10.1.: deny# no blank", "prefix '10.1.' deny"},
      {"=mail.example.com : allow, A=\"#,:\"", "host '=mail.example.com' allow 'A'='#,:'"},
      {":deny", "any '' deny"},
      {"10.2-3.:allow", "octets '10.2-3.' allow"},
  };
  for (const auto& [line, expected] : cases) {
    INFO(line);
    const Parsed parsed = parse(line, Reading::strict, TcprulesDialect::extended);
    CHECK(parsed.findings == "");
    REQUIRE(parsed.policy.rules.size() == 1);
    CHECK(format_rule(parsed.policy, parsed.policy.rules[0]) == expected);
  }
}

TEST_CASE("the extended dialect says what is wrong with a network or a range") {
  const std::pair<const char*, const char*> cases[] = {
      {"10.0.0.1/8:deny",
       "1:1+10 error: '10.0.0.1/8' has bits set behind its 8 bit mask [RR109 bad-pattern]\n"
       "  help: write '10.0.0.0/8' for the whole network, or '10.0.0.1' for the one address\n"},
      {"10.0.0.0/33:deny",
       "1:1+11 error: '10.0.0.0/33' is no IPv4 network: four octets, '/', and a length from 1 to 32 are expected "
       "[RR109 bad-pattern]\n"
       "  help: for instance '192.168.0.0/22'\n"},
      {"10.0.0.0/0:deny",
       "1:1+10 error: '10.0.0.0/0' means every IPv4 client, which no single key of tcpserver can say [RR109 "
       "bad-pattern]\n"
       "  help: write an empty address, ':allow' or ':deny', for every client, IPv6 included\n"},
      {"10.0.0.0/255.0.255.0:deny",
       "1:1+20 error: '10.0.0.0/255.0.255.0' is no IPv4 network: four octets, '/', and a length from 1 to 32 are "
       "expected [RR109 bad-pattern]\n"
       "  help: for instance '192.168.0.0/22'\n"},
      {"10.0.3.9-10.0.0.1:deny",
       "1:1+17 error: '10.0.3.9-10.0.0.1' ends before it begins [RR109 bad-pattern]\n"
       "  help: write '10.0.0.1-10.0.3.9'\n"
       "  fix: '10.0.3.9-10.0.0.1' -> '10.0.0.1-10.0.3.9'\n"},
      {"::1:deny",
       "1:1+3 error: '::1' is an IPv6 address: the classic CDB has no key that every tcpserver would ask for it [RR110 "
       "not-supported]\n"
       "  help: leave IPv6 clients to the catch-all ':allow' or ':deny'\n"},
      {"2001:db8::/32:allow",
       "1:1+13 error: '2001:db8::/32' is an IPv6 address: the classic CDB has no key that every tcpserver would ask "
       "for it [RR110 not-supported]\n"
       "  help: leave IPv6 clients to the catch-all ':allow' or ':deny'\n"},
      {"10.0.0.0/8 deny",
       "1:1+15 error: '10.0.0.0/8 deny' has no ':' and is no rule: tcprules drops this line in silence [RR101 "
       "line-without-colon]\n"
       "  help: write '10.0.0.0/8:deny'\n"
       "  fix: '10.0.0.0/8 deny' -> '10.0.0.0/8:deny'\n"},
      {"10/8:deny",
       "1:1+4 error: '10/8' is no IPv4 network: four octets, '/', and a length from 1 to 32 are expected [RR109 "
       "bad-pattern]\n"
       "  help: for instance '192.168.0.0/22'\n"},
  };
  for (const auto& [line, expected] : cases) {
    INFO(line);
    const Parsed parsed = parse(line, Reading::strict, TcprulesDialect::extended);
    CHECK(parsed.findings == expected);
    CHECK_FALSE(parsed.policy.complete);
    CHECK(parsed.policy.rules.empty());
  }
}

TEST_CASE("a text that is read in halves gives the rules, the tables and the findings of one that is read whole") {
  std::mt19937 random(17);
  const std::vector<std::string> lines = {"10.1.2.3:allow,RELAYCLIENT=\"\"\n",
                                          "10.1.2-7.:deny\n",
                                          "=host.example.com:allow,A=\"1\",A=\"2\"\n",
                                          "=.example.net:allow,A=\"2\"\n",
                                          "joe@10.1.2.3:deny\n",
                                          "ann@=mail.example.org:allow\n",
                                          "a@b@=c:allow,RELAYCLIENT=\"\"\n",
                                          "300-2.x:deny\n",
                                          "=:allow,B=\"\"\n",
                                          "# a comment\n",
                                          "\n",
                                          ":allow\n"};
  std::size_t in_halves = 0;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::size_t i = random() % 12; i > 0; --i) text += lines[random() % lines.size()];
    if (round % 10 == 0) text += "10.:alow\n" + lines[random() % lines.size()];
    if (round % 7 == 0) text += "=last.example.com:deny";
    INFO(text);
    Findings whole_findings;
    Findings half_findings;
    ParseOptions options;
    options.halves_from = 1;
    const Source source("tcp.smtp", text, 100);
    Policy whole = new_policy(*find_format("tcprules"));
    Policy half = whole;
    find_format("tcprules")->parse(source, {}, whole, whole_findings);
    find_format("tcprules")->parse(source, options, half, half_findings);
    CHECK(dump(half) == dump(whole));
    REQUIRE(half.rules.size() == whole.rules.size());
    for (std::size_t i = 0; i < whole.rules.size(); ++i) {
      const Rule a = whole.rules[i];
      const Rule b = half.rules[i];
      CHECK(a.span() == b.span());
      CHECK(a.pattern_span() == b.pattern_span());
      CHECK(a.edits_begin() == b.edits_begin());
      CHECK(a.outcome_index() == b.outcome_index());
      CHECK(whole.info_of(a) == half.info_of(b));
      CHECK(whole.edits_of(a).size() == half.edits_of(b).size());
    }
    CHECK(half.complete == whole.complete);
    CHECK(half.span == whole.span);
    REQUIRE(half_findings.all().size() == whole_findings.all().size());
    for (std::size_t i = 0; i < whole_findings.all().size(); ++i)
      CHECK(half_findings.all()[i].message.text({}) == whole_findings.all()[i].message.text({}));
    in_halves += half.rules.size() > 1 && half_findings.empty() ? 1 : 0;
  }
  CHECK(in_halves > 100);
}

}  // namespace core
