// The hosts_access format: what is read, with exact places; what is refused, with the whole message; and back to text.
// The rows say what libwrap does with such a line, each seen with libwrap 7.6.q-32;
// tests/conformance/tcpdmatch_test.cpp asks it again.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "hosts_reading.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "unit/policies.hpp"

namespace core {
namespace {

std::string read(std::string_view text, std::string_view daemon = {}, std::string name = "hosts.allow") {
  Parsed parsed;
  parse(parsed, text, daemon, std::move(name));
  CHECK(parsed.policy.complete == !parsed.findings.has_errors());
  return show(parsed);
}

std::string read_findings(std::string_view text, std::string name = "hosts.allow") {
  Parsed parsed;
  parse(parsed, text, {}, std::move(name));
  CHECK(parsed.policy.complete == !parsed.findings.has_errors());
  return show_findings(parsed);
}

TEST_CASE("the first file of this project is read without a word") {
  CHECK(read("tcp-env : 127. 192.168.1. : setenv = RELAYCLIENT\n") ==
        "tcp-env,'127.' allow 'RELAYCLIENT='\n"
        "tcp-env,'192.168.1.' allow 'RELAYCLIENT='\n");
}

TEST_CASE("each kind of client pattern is read") {
  CHECK(read("d : ALL all 10. 10.2. 10.2.3. 10.2.3.4 10.0.0.0/9 10.0.0.0/255.255.0.0 0.0.0.0/0.0.0.0 .Example.com "
             "Host.Example.com a_b\n") ==
        "d,'' allow\nd,'' allow\nd,'10.' allow\nd,'10.2.' allow\nd,'10.2.3.' allow\nd,'10.2.3.4' allow\nd,'10.0.0.0/9' "
        "allow\nd,'10.0.' allow\n"
        "d,'0.0.0.0/0' allow\nd,'=.example.com' allow\nd,'=host.example.com' allow\nd,'=a_b' allow\n");
}

TEST_CASE("lists are separated by blanks, tabs, commas and CRs; comments and blank lines are skipped") {
  CHECK(read("# a comment : ALL\n\n \t\r\nA,b\tC : 1.,2.\t3. ,, 4.\r\nALL: 5.\nx, all : 6.\n") ==
        "a,b,c,'1.' allow\na,b,c,'2.' allow\na,b,c,'3.' allow\na,b,c,'4.' allow\n'5.' allow\n'6.' allow\n");
}

TEST_CASE("an error behind what looks like a comment is said when nothing before it was one") {
  CHECK(read_findings("t: #@1 \xa3\n") ==
        "1:6 '1' '1' never matches: it is no full address and has no final '.' [RR301 prefix-without-dot]; write '1.' "
        "('1' -> '1.')\n"
        "1:8 '\\xa3' '\\xa3' is no address, net or host name [RR109 bad-pattern]; words are separated by blanks or "
        "commas; who is not meant stands behind EXCEPT\n");
  CHECK(read_findings(" #@1 a\\b : ALL\n") ==
        "1:2 '#@1' '#@1' does not begin a comment here: libwrap reads it and each word behind it as a daemon [RR117 "
        "comment-in-rule]; a comment is a line of its own that begins with '#' in the first column\n");
}

TEST_CASE("the repair of a server's address leaves the daemon in front of it") {
  CHECK(read_findings("sshd@10.1 : ALL\n") ==
        "1:1 'sshd@10.1' '10.1' never matches: it is no full address and has no final '.' [RR301 prefix-without-dot]; "
        "write '10.1.' ('sshd@10.1' -> 'sshd@10.1.')\n");
}

TEST_CASE("options are read as libwrap reads them") {
  struct Row {
    const char* options;
    const char* rule;
  };
  const Row rows[] = {
      {"allow", "allow"},
      {"DENY", "deny"},
      {"allow =", "allow"},
      {"setenv V x", "allow 'V=x'"},
      {"SetEnv V x", "allow 'V=x'"},
      {"setenv = V", "allow 'V='"},
      {"setenv=V", "allow 'V='"},
      {"setenv =\tV  a  b ", "allow 'V=a  b'"},
      {"setenv V a=b", "allow 'V=a=b'"},
      {"setenv V = x", "allow 'V== x'"},
      {"setenv V \"x y\"", "allow 'V=\"x y\"'"},
      {"setenv V a\\:b", "allow 'V=a:b'"},
      {"setenv V a\\\\:b", "allow 'V=a\\:b'"},
      {"setenv V a\\b", "allow 'V=a\\b'"},
      {"setenv V x # y", "allow 'V=x # y'"},
      {"setenv A 1 : setenv B : deny", "deny 'A=1' 'B='"},
      {"setenv A 1:setenv A 2:allow", "allow 'A=1' 'A=2'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.options);
    CHECK(read(fmt::format("d : ALL : {}\n", row.options)) == fmt::format("d,'' {}\n", row.rule));
  }
}

TEST_CASE("options that make libwrap deny the connection are errors") {
  struct Row {
    const char* line;
    const char* finding;
  };
  const Row rows[] = {
      {"d : ALL :\n",
       "1:9 ':' an option is missing behind the ':'; libwrap denies the connection [RR113 option-syntax]; remove the "
       "':'\n"},
      {"d : ALL : allow :\n",
       "1:11 'allow' 'allow' must be the last option; libwrap denies the connection [RR113 option-syntax]; write "
       "'allow' at the end of the rule\n"
       "1:17 ':' an option is missing behind the ':'; libwrap denies the connection [RR113 option-syntax]; remove the "
       "':'\n"},
      {"d : ALL : Allow : setenv V\n",
       "1:11 'Allow' 'Allow' must be the last option; libwrap denies the connection [RR113 option-syntax]; write "
       "'allow' at the end of the rule\n"},
      {"d : ALL : allow x\n",
       "1:11 'allow x' 'allow' takes no value; libwrap denies the connection [RR113 option-syntax]; write 'allow'\n"},
      {"d : ALL : setenv =\n",
       "1:11 'setenv =' 'setenv =' needs the name of a variable; libwrap denies the connection [RR113 option-syntax]; "
       "write 'setenv NAME' or "
       "'setenv NAME value'\n"},
      {"d : ALL : setenv RELAYCLIENT=@x\n",
       "1:11 'setenv RELAYCLIENT=@x' the variable's name 'RELAYCLIENT=@x' has a '=' in it; libwrap denies the "
       "connection [RR113 option-syntax]; "
       "name and value are separated by a blank: 'setenv RELAYCLIENT @x' ('setenv RELAYCLIENT=@x' -> 'setenv "
       "RELAYCLIENT @x')\n"},
      {"d : ALL : setenv = = V\n",
       "1:11 'setenv = = V' the variable's name '=' has a '=' in it; libwrap denies the connection [RR113 "
       "option-syntax]; name and value are "
       "separated by a blank: 'setenv V' ('setenv = = V' -> 'setenv V')\n"},
      {"d : ALL : alow\n",
       "1:11 'alow' 'alow' is no option; libwrap denies the connection [RR113 option-syntax]; an option is 'allow', "
       "'deny' or 'setenv NAME value'\n"},
      {"d : ALL : = x\n",
       "1:11 '= x' an option is missing behind the ':'; libwrap denies the connection [RR113 option-syntax]; remove "
       "the ':'\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    CHECK(read(row.line) == std::string(row.finding) + "d,'' deny\n");
  }
}

TEST_CASE("what is not understood is an error that names it, never skipped") {
  struct Row {
    const char* line;
    const char* finding;
  };
  const Row rows[] = {
      {"d : @group\n",
       "1:5 '@group' '@group' is not supported: a netgroup cannot be looked up here [RR110 not-supported]; write "
       "the addresses of its hosts\n"},
      {"d : /etc/list\n",
       "1:5 '/etc/list' the patterns of '/etc/list' are not known: no other file is read here [RR116 pattern-file]; "
       "libwrap goes on as if it were empty\n"},
      {"d : ALL : setenv %h x\n",
       "1:18 '%h' the name '%h' of a variable is not supported: it is only known when a client calls [RR110 "
       "not-supported]\n"},
      {"d : ALL \\\n",
       "1:9 '\\' the file ends behind a '\\' that continues the line: libwrap loses the line [RR110 not-supported]; "
       "remove the '\\' at the end\n"},
      {"d ALL\n",
       "1:1 'd ALL' 'd ALL' has no ':', and libwrap skips the line [RR101 line-without-colon]; a rule is 'DAEMONS : "
       "CLIENTS' or 'DAEMONS : CLIENTS : "
       "OPTIONS'; a comment begins with '#'\n"},
      {"d : 10.\v\n",
       "1:8 '\\x0b' the control character '\\x0b' in a rule: libwrap takes it for text, and ends the line at a NUL "
       "[RR107 control-character]; remove it\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    CHECK(read_findings(row.line) == row.finding);
  }
}

TEST_CASE("a pattern that libwrap never matches, or matches otherwise than it looks, is reported with what to write") {
  struct Row {
    const char* pattern;
    const char* finding;
    const char* kind = "RR109 bad-pattern";
  };
  const Row rows[] = {
      {"10.1.2.3/8",
       "'10.1.2.3/8' never matches: the address has bits outside its mask; write '10.0.0.0/8', or '10.1.2.3' for the "
       "one client ('10.1.2.3/8' -> "
       "'10.0.0.0/8')",
       "RR336 host-bits-set"},
      {"10.1.2.0/255.255.0.0",
       "'10.1.2.0/255.255.0.0' never matches: the address has bits outside its mask; write '10.1.0.0/255.255.0.0', or "
       "'10.1.2.0' for the one client "
       "('10.1.2.0/255.255.0.0' -> '10.1.0.0/255.255.0.0')",
       "RR336 host-bits-set"},
      {"1.2.3.4/255.255.255.255",
       "'1.2.3.4/255.255.255.255' never matches: libwrap takes the mask 255.255.255.255 for an error; write '1.2.3.4' "
       "('1.2.3.4/255.255.255.255' -> '1.2.3.4')"},
      {"0.0.0.0/0",
       "'0.0.0.0/0' never matches: libwrap takes the length 0 for an error; write 'ALL' for every client, or "
       "'0.0.0.0/0.0.0.0' for every IPv4 client",
       "RR337 zero-mask"},
      {"10.0.0.0/33",
       "'33' is no mask, so that '10.0.0.0/33' never matches; a mask is a length of 1 to 32, or written as "
       "255.255.0.0"},
      {"10.0.0.0/",
       "'' is no mask, so that '10.0.0.0/' never matches; a mask is a length of 1 to 32, or written as 255.255.0.0"},
      {"10.0.0.0/08",
       "'10.0.0.0/08' is read as 10.0.0.0/8, which is not how it looks; write '10.0.0.0/8' ('10.0.0.0/08' -> "
       "'10.0.0.0/8')"},
      {"10.0.0.0/8x",
       "'10.0.0.0/8x' is read as 10.0.0.0/8, which is not how it looks; write '10.0.0.0/8' ('10.0.0.0/8x' -> "
       "'10.0.0.0/8')"},
      {"10/8",
       "'10' is no IPv4 address of four decimal numbers, so that '10/8' never matches; a net is written as "
       "192.168.0.0/16 or 192.168.0.0/255.255.0.0"},
      {"010.0.0.0/8",
       "'010.0.0.0/8' is read as 8.0.0.0/8, which is not how it looks; write '8.0.0.0/8' ('010.0.0.0/8' -> "
       "'8.0.0.0/8')"},
      {"[2001:db8::/32]",
       "'[2001:db8::/32]' never matches: the length stands inside the brackets; write '[2001:db8::]/32' "
       "('[2001:db8::/32]' -> '[2001:db8::]/32')",
       "RR338 mask-inside-brackets"},
      {"[fe80::1%eth0]/64",
       "'[fe80::1%eth0]/64' names an interface, and libwrap compares none: the pattern matches on every one, or never "
       "where there is none of that name; write '[fe80::1]/64' ('[fe80::1%eth0]/64' -> '[fe80::1]/64')",
       "RR325 zone-id"},
      {"[::ffff:10.0.0.1]",
       "'[::ffff:10.0.0.1]' never matches: libwrap sees such a client under its IPv4 address; write '10.0.0.1' "
       "('[::ffff:10.0.0.1]' -> '10.0.0.1')",
       "RR324 ipv4-mapped"},
      {"[::ffff:10.0.0.0]/104",
       "'[::ffff:10.0.0.0]/104' never matches: libwrap sees such a client under its IPv4 address; write '10.' "
       "('[::ffff:10.0.0.0]/104' -> '10.')",
       "RR324 ipv4-mapped"},
      {"[2001:db8::]/x", "'x' is no plain length: libwrap reads it as 0; a length is a number from 0 to 128"},
      {"[2001:db8::]/129", "'[2001:db8::]/129' never matches: a length is a number from 0 to 128"},
      {"[10.1.1.1]",
       "'[10.1.1.1]' never matches: between the brackets is no IPv6 address; write it as [2001:db8::1] or "
       "[2001:db8::]/32; IPv4 addresses stand without brackets"},
      {"192.168.1",
       "'192.168.1' never matches: it is no full address and has no final '.'; write '192.168.1.' ('192.168.1' -> "
       "'192.168.1.')",
       "RR301 prefix-without-dot"},
      {"1.2.3.4.",
       "'1.2.3.4.' never matches: a full address has no final '.'; write '1.2.3.4' ('1.2.3.4.' -> '1.2.3.4')",
       "RR302 dot-after-full-address"},
      {"256.1.", "'256.1.' never matches: it is no address of four numbers from 0 to 255 and no prefix of one",
       "RR319 bad-octet"},
      {"01.2.", "'01.2.' never matches: it is no address of four numbers from 0 to 255 and no prefix of one",
       "RR319 bad-octet"},
      {"ANY", "'ANY' means nothing to libwrap, which takes it for the name of a host; write 'ALL' if that is meant",
       "RR341 misspelt-wildcard"},
      {"EXECPT",
       "'EXECPT' means nothing to libwrap, which takes it for the name of a host; write 'EXCEPT' if that is meant",
       "RR341 misspelt-wildcard"},
      {"allow",
       "'allow' means nothing to libwrap, which takes it for the name of a host; write ': allow' if that is meant",
       "RR341 misspelt-wildcard"},
      {"10.0.0.1-10.0.0.9",
       "'10.0.0.1-10.0.0.9' is a host name for libwrap, which knows no ranges; write nets, as 10.0.0.0/29, or the "
       "single "
       "addresses"},
      {"a+b",
       "'a+b' is no address, net or host name; words are separated by blanks or commas; who is not meant stands behind "
       "EXCEPT"},
      {"#",
       "'#' does not begin a comment here: libwrap reads it and each word behind it as a client pattern; a comment is "
       "a line of its own that "
       "begins with '#' in the first column",
       "RR117 comment-in-rule"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    std::string expected = row.finding;
    const std::size_t help = expected.find("; ") == std::string::npos ? expected.size() : expected.find("; ");
    expected.insert(help, fmt::format(" [{}]", row.kind));
    CHECK(read_findings(fmt::format("d : {}\n", row.pattern)) ==
          fmt::format("1:5 {} {}\n", quoted(row.pattern), expected));
  }
}

TEST_CASE("text that a script did not fill in is called that") {
  for (const std::string word : {"<ip>", "<_ip_value>", "$TRUSTED", "{{ip}}", "%s", "x.x.x.x"})
    CHECK(read_findings("ALL : " + word + "\n") ==
          "1:7 '" + word + "' '" + word +
              "' looks like text of a script or template that was never filled in, and is no client [RR109 "
              "bad-pattern]; write the address that belongs here\n");
  CHECK(read_findings("ALL : a.b.c.d x.y.example.com\n").empty());
}

TEST_CASE("who wants a list to go on in the next line is told how") {
  const std::string help = "; a rule goes on in the next line only behind a '\\' that is the last byte of its line\n";
  CHECK(read_findings("sshd : 10.1.,\n  10.2.\n") ==
        "2:3 '10.2.' '10.2.' has no ':', and libwrap skips the line [RR101 line-without-colon]" + help);
  CHECK(read_findings("sshd : 10.1. \\ \n  10.2.\n").find(help) != std::string::npos);
  CHECK(read_findings("sshd : 10.1., \\\n  10.2.\n").empty());
}

TEST_CASE("an empty list of daemons or clients is an error") {
  CHECK(read_findings(" : ALL\n") ==
        "1:2 ': ALL' the list of daemons is empty, so that the rule never matches [RR109 bad-pattern]; write 'ALL' for "
        "every daemon\n");
  CHECK(read("d : : deny\n") ==
        "1:1 'd : : deny' the list of clients is empty, so that the rule never matches [RR109 bad-pattern]; write "
        "'ALL' for every client\n");
}

TEST_CASE("an IPv6 address without brackets is found where its colon cuts the rule") {
  const std::string behind =
      " needs brackets: libwrap ends the list of clients at its first ':' and takes the rest for options "
      "[RR309 unbracketed-ipv6]; write ";
  CHECK(read_findings("d : 10. 2001:db8::1 : deny\n") ==
        "1:9 '2001:db8::1' '2001:db8::1'" + behind + "'[2001:db8::1]' ('2001:db8::1' -> '[2001:db8::1]')\n");
  CHECK(read_findings("d : ::1\n") == "1:5 '::1' '::1'" + behind + "'[::1]' ('::1' -> '[::1]')\n");
  CHECK(read_findings("d:2001:db8::/32:allow\n") ==
        "1:3 '2001:db8::/32' '2001:db8::/32'" + behind + "'[2001:db8::]/32' ('2001:db8::/32' -> '[2001:db8::]/32')\n");
  CHECK(read_findings("d : ALL::deny\n").find("RR309") == std::string::npos);
}

TEST_CASE("a last line without a newline is lost, in hosts.deny even a comment") {
  const std::string lost =
      "'.' the last line has no newline at its end: libwrap loses the rule [RR112 missing-final-newline]; "
      "end the last line with a newline ('' -> '\\x0a')\n";
  CHECK(read("d : 9.\nd : 10.") == "2:7 " + lost + "d,'9.' allow\n");
  CHECK(read("10.1.") ==
        "1:5 " + lost +
            "1:1 '10.1.' '10.1.' has no ':', and libwrap skips the line [RR101 line-without-colon]; a rule is "
            "'DAEMONS : CLIENTS' or 'DAEMONS : CLIENTS : OPTIONS'; a comment begins with '#'\n");
  CHECK(read("d : 9.\n# end") == "d,'9.' allow\n");
  CHECK(read("d : 9.\n# end", {}, "/etc/hosts.deny") ==
        "2:5 'd' the last line has no newline at its end: libwrap denies every client [RR112 missing-final-newline]; "
        "end the last line with a newline ('' -> '\\x0a')\nd,'9.' deny\n'' deny\n");
  CHECK(read("") == "");
  CHECK(read("", {}, "hosts.deny") == "");
}

TEST_CASE("a line that does not fit libwrap's buffer is an error, one that just fits is not") {
  const std::string fits = "d : 9." + std::string(2040, ' ') + "\n";
  REQUIRE(fits.size() == 2047);
  CHECK(read(fits) == "d,'9.' allow\n");
  Parsed parsed;
  parse(parsed, " " + fits);
  REQUIRE(parsed.findings.all().size() == 1);
  CHECK(parsed.findings.all().front().message.text(parsed.sources) ==
        "a line of more than 2046 bytes is not supported: libwrap stops reading the file here");
  parsed.findings.all().clear();
  std::string continued = "d : 9. \\\n" + std::string(2040, ' ') + "\n";
  parse(parsed, continued);
  CHECK(parsed.findings.all().size() == 1);
}

TEST_CASE("rules deny by themselves in a file called hosts.deny, and options say otherwise") {
  CHECK(read("ALL : 10.\nd : 11. : allow\n", {}, "/etc/hosts.deny") == "'10.' deny\nd,'11.' allow\n");
  CHECK(read("ALL : 10.\n", {}, "/etc/hosts.deny.d/hosts.allow") == "'10.' allow\n");
}

TEST_CASE("with a service only its rules are kept, whatever else is wrong with the others") {
  const std::string_view text = "sshd : @group : spawn\nTcp-Env smtp : 10.\nALL : 11.\nsshd ALL : 12.\nsmtp : 13.\n";
  CHECK(read(text, "tcp-env") == "tcp-env,smtp,'10.' allow\n'11.' allow\n'12.' allow\n");
  CHECK(read(text, "TCP-ENV") == "tcp-env,smtp,'10.' allow\n'11.' allow\n'12.' allow\n");
  CHECK(read("ALL EXCEPT sshd : 10.\nALL EXCEPT tcp-env : 11.\n", "tcp-env") == "'10.' allow\n");
  CHECK(read("tcp-env@10.1.1.1 : ALL\n", "tcp-env@10.1.1.1") == "tcp-env,'' allow\n");
  CHECK(read("tcp-env@10.1.1.1 : ALL\n", "tcp-env@10.1.1.2") == "");
  CHECK(read("tcp-env@10.1.1.1 : ALL\n", "tcp-env") ==
        "1:1 'tcp-env@10.1.1.1 : ALL' whether this rule counts depends on the address that the client has connected to "
        "[RR110 not-supported]; name the address: --daemon tcp-env@ADDRESS\n");
}

TEST_CASE("a comment goes on over a backslash and takes the next line with it") {
  CHECK(read("# note \\\nd : ALL\nd : 9.\n") == "d,'9.' allow\n");
  CHECK(read("\\\nd : ALL\n") == "d,'' allow\n");
  CHECK(read(" # d : ALL\n")
            .find("2 '#' '#' does not begin a comment here: libwrap reads it and each word behind it as a daemon "
                  "[RR117 comment-in-rule]") != std::string::npos);
}

TEST_CASE("places are exact, across continued lines too") {
  Parsed parsed;
  const std::string_view text = "# c\nd : 10.\\\n1. 11. \\\n : setenv NA\\\nME val\\:ue : de\\\nny\n";
  parse(parsed, text);
  REQUIRE(show(parsed) == "d,'10.1.' deny 'NAME=val:ue'\nd,'11.' deny 'NAME=val:ue'\n");
  const Rule rule = parsed.policy.rules[0];
  const EnvEdit& edit = parsed.policy.edits_of(rule)[0];
  CHECK(parsed.sources.text(rule.span()) == text.substr(4, text.size() - 5));
  CHECK(parsed.sources.text(rule.pattern_span()) == "10.\\\n1.");
  CHECK(parsed.sources.text(parsed.policy.rules[1].pattern_span()) == "11.");
  CHECK(parsed.sources.text(place_of(rule, edit.name_span)) == "NA\\\nME");
  CHECK(parsed.sources.text(place_of(rule, edit.value_span)) == "val\\:ue");
  CHECK(rule.edits() == parsed.policy.rules[1].edits());
  CHECK(rule.daemons() == parsed.policy.rules[1].daemons());
}

TEST_CASE("lines that say the same share their tables") {
  Parsed parsed;
  parse(parsed, "d : 10. : setenv A\nd : 11. : setenv A\ne : 12. : setenv A\nd : 13.\nd : 14. : setenv B\n");
  REQUIRE(parsed.policy.rules.size() == 5);
  CHECK(parsed.policy.edit_lists.size() == 3);
  CHECK(parsed.policy.daemon_lists.size() == 4);
  CHECK(parsed.policy.rules[3].edits() == 0);
  for (const std::size_t i : {0U, 1U, 2U}) {
    const Rule rule = parsed.policy.rules[i];
    CHECK(parsed.sources.text(place_of(rule, parsed.policy.edits_of(rule)[0].name_span)) == "A");
  }
}

TEST_CASE("hosts.allow and hosts.deny together are one policy") {
  Parsed parsed;
  const Format& format = *find_format("hosts_access");
  parsed.policy = new_policy(format);
  format.parse(*parsed.sources.add("hosts.allow", "d : 10.\n"), {}, parsed.policy, parsed.findings);
  format.parse(*parsed.sources.add("hosts.deny", "ALL : ALL\n"), {}, parsed.policy, parsed.findings);
  CHECK(show(parsed) == "d,'10.' allow\n'' deny\n");
  CHECK(permits(parsed.policy, evaluate(parsed.policy, {*parse_address("10.1.1.1"), {}, {}}, "D")));
  CHECK_FALSE(permits(parsed.policy, evaluate(parsed.policy, {*parse_address("10.1.1.1"), {}, {}}, "e")));
}

TEST_CASE("printing and reading again gives the same rules") {
  const std::string_view text =
      "a b : 10. 10.2.3.4 10.0.0.0/9 0.0.0.0/0.0.0.0 .example.com h : setenv A x y\\:z : setenv B\nALL : ALL : deny\nc "
      ": 1.\nd@10. ALL@LOCAL EXCEPT x* EXCEPT xy : joe@ALL [2001:db8::]/32 10.* LOCAL EXCEPT k*@10.1. h EXCEPT [::1] : "
      "setenv "
      "A %h\n";
  Parsed parsed;
  parse(parsed, text);
  const auto printed = find_format("hosts_access")->print(parsed.policy);
  REQUIRE(printed);
  CHECK(printed->starts_with("a b : 10. : setenv A x y\\:z : setenv B : allow\n"));
  Parsed again;
  parse(again, *printed);
  CHECK(show(again) == show(parsed));
  Parsed denied;
  parse(denied, *printed, {}, "hosts.deny");
  CHECK(show(denied) == show(parsed));
  CHECK(find_format("hosts_access")->print(again.policy) == printed);
}

TEST_CASE("what the format cannot say is not printed") {
  const auto print = [](const ClientPattern& pattern, const std::string& assignment = {},
                        Lookup lookup = small_world::first_match) {
    Policy policy;
    policy.lookup = lookup;
    EnvEdits edits;
    if (!assignment.empty()) {
      EnvEdit edit;
      edit.assignment = assignment;
      edit.name_size = static_cast<std::uint32_t>(assignment.find('='));
      edits.push_back(edit);
    }
    add_rule(policy, pattern, Access::allow, edits);
    return find_format("hosts_access")->print(policy);
  };
  CHECK(print(HostName{"h"}) == "ALL : h : allow\n");
  CHECK_FALSE(print(HostName{"h"}, {}, small_world::key_order));
  CHECK_FALSE(print(HostName{"all"}));
  CHECK_FALSE(print(HostName{"local"}));
  CHECK_FALSE(print(HostName{"a b"}));
  CHECK_FALSE(print(HostName{"1.2.3.4"}));
  CHECK_FALSE(print(AnyNamedClient{}));
  CHECK_FALSE(print(RawKey{"x"}));
  CHECK(print(RawKey{"192.168.1"}) == "ALL : 192.168.1 : allow\n");
  CHECK(print(*parse_prefix("2001:db8::/32")) == "ALL : [2001:db8::]/32 : allow\n");
  CHECK_FALSE(print(AnyClient{}, "A=%h"));
  CHECK_FALSE(print(AnyClient{}, "A= x"));
  CHECK_FALSE(print(AnyClient{}, "A B=x"));
  CHECK_FALSE(print(AnyClient{}, "A=x\ny"));
  CHECK_FALSE(print(AnyClient{}, "=x"));
  CHECK_FALSE(print(AnyClient{}, "A=" + std::string(2100, 'x')));
}

}  // namespace
}  // namespace core
