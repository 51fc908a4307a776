// Lines of connection logs, as the programs write them: what is read from each, and what is left alone.
#include <catch2/catch.hpp>

#include "analysis/log_pattern.hpp"

namespace core {
namespace {

using analysis::LogLine;
using analysis::LogPattern;
using analysis::Sighting;

/// "ADDRESS|HOST|INFO|STAMP", "other" or "not understood".
std::string summary(LogLine kind, const Sighting& sighting) {
  if (kind == LogLine::other) return "other";
  if (kind == LogLine::not_understood) return "not understood";
  return format_address(sighting.address) + "|" + std::string(sighting.host) + "|" + std::string(sighting.info) + "|" +
         std::string(sighting.stamp);
}

std::string read(std::string_view line) {
  Sighting sighting;
  const LogLine kind = analysis::parse_log_line(line, sighting);
  return summary(kind, sighting);
}

struct Row {
  const char* line;
  const char* wanted;
};

void check_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.line);
    CHECK(read(row.line) == row.wanted);
  }
}

}  // namespace

TEST_CASE("tcpserver's lines show a client, with every stamp that may stand in front") {
  check_rows({
      {"tcpserver: ok 4711 mx.example.org:192.0.2.25:25 mail.example.com:198.51.100.7::40123",
       "198.51.100.7|mail.example.com||"},
      {"tcpserver: deny 4711 mx.example.org:192.0.2.25:25 :198.51.100.7::40123", "198.51.100.7|||"},
      {"tcpserver: ok 4711 0:192.0.2.25:25 :198.51.100.7:joe:40123", "198.51.100.7||joe|"},
      {"@400000004a3b2c1d0e1f2a3b tcpserver: ok 1 :192.0.2.25:25 Mail.Example.COM:198.51.100.7::1",
       "198.51.100.7|Mail.Example.COM||@400000004a3b2c1d0e1f2a3b"},
      {"2026-11-22 01:02:03.123456789 tcpserver: ok 1 :192.0.2.25:25 :198.51.100.7::1",
       "198.51.100.7|||2026-11-22 01:02:03.123456789"},
      {"Nov  2 01:02:03 mx smtpd: 1163.25 tcpserver: ok 1 :192.0.2.25:25 :198.51.100.7::1",
       "198.51.100.7|||Nov  2 01:02:03"},
      {"sslserver: ok 9 mx:192.0.2.25:465 a.example:198.51.100.7:x:1", "198.51.100.7|a.example|x|"},
      {"tcpserver: ok 9 mx:2001:db8::25:25 a.example:2001:db8::7::1", "2001:db8::7|a.example||"},
      {"tcpserver: ok 9 mx:2001:db8::25:25 :2001:db8::7:joe:1", "2001:db8::7||joe|"},
      {"tcpserver: ok 9 mx:::1:25 :::ffff:198.51.100.7::1", "198.51.100.7|||"},
      {"tcpserver: ok 4711 mx:192.0.2.25:25 :198.51.100.7::40123\r", "198.51.100.7|||"},
      {"tcpserver: status: 3/40", "other"},
      {"tcpserver: pid 4711 from 198.51.100.7", "other"},
      {"tcpserver: end 4711 status 0", "other"},
      {"@400000004a3b2c1d0e1f2a3b qmail-smtpd: something else", "other"},
      {"tcpserver: ok 4711", "not understood"},
      {"tcpserver: ok 4711 mx:192.0.2.25:25 mail.example.com", "not understood"},
      {"tcpserver: ok 4711 mx:192.0.2.25:25 mail.example.com:198.51.100.777::1", "not understood"},
  });
}

TEST_CASE("Postfix' and libwrap's lines show a client; one that leaves was counted when it came") {
  check_rows({
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: connect from mail.example.com[198.51.100.7]",
       "198.51.100.7|mail.example.com||Nov 22 01:02:03"},
      {"2026-11-22T01:02:03.456789+01:00 mx postfix/smtpd[12]: connect from unknown[198.51.100.7]",
       "198.51.100.7|||2026-11-22T01:02:03.456789+01:00"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: connect from a.example[2001:db8::7]:4025",
       "2001:db8::7|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx postfix/submission/smtpd[12]: 4AbC: client=a.example[198.51.100.7], sasl_method=PLAIN",
       "198.51.100.7|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx in.ftpd[12]: refused connect from 198.51.100.7", "198.51.100.7|||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: disconnect from a.example[198.51.100.7] ehlo=1", "other"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: lost connection after RCPT from a.example[198.51.100.7]", "other"},
      {"Nov 22 01:02:03 mx postfix/smtp[12]: 4AbC: to=<a@example>, relay=mx.example[203.0.113.5]:25, status=sent",
       "other"},
      {"Nov 22 01:02:03 mx postfix/qmgr[12]: 4AbC: removed", "other"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: connect from a.example[198.51.100]", "not understood"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: connect from somewhere", "not understood"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: connect from a.example[198.51.100.7", "not understood"},
  });
}

TEST_CASE("Sendmail's lines show who sent, not where mail was sent on") {
  check_rows({
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<a@b.example>, size=9, nrcpts=1, proto=ESMTP, daemon=MTA, "
       "relay=a.example [198.51.100.7]",
       "198.51.100.7|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sm-mta[12]: 0AM: from=<a@b.example>, relay=joe@a.example [198.51.100.7] (may be forged)",
       "198.51.100.7|a.example|joe|Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<>, size=9, relay=IDENT:joe@a.example [198.51.100.7]",
       "198.51.100.7|a.example|joe|Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<>, size=9, relay=[198.51.100.7]", "198.51.100.7|||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<>, size=9, relay=a.example [IPv6:2001:db8::7]",
       "2001:db8::7|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: ruleset=check_relay, arg1=a.example, arg2=198.51.100.7, relay=a.example "
       "[198.51.100.7], reject=550",
       "198.51.100.7|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: AUTH=server, relay=a.example [198.51.100.7], mech=PLAIN, bits=0",
       "198.51.100.7|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: to=<a@b.example>, mailer=esmtp, relay=mx.example. [203.0.113.5], "
       "stat=Sent",
       "other"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=root, size=9, relay=root@localhost", "other"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<>, size=9, relay=a.example [198.51.100]", "not understood"},
  });
}

TEST_CASE(
    "what a client chose is never read as the client: no name, no sender and no ident answer is searched for one") {
  check_rows({
      {"203.0.113.9\ta.example\tx client=unknown[198.51.100.7]",
       "203.0.113.9|a.example|x client=unknown[198.51.100.7]|"},
      {"203.0.113.9\ta.example\tclient=unknown[198.51.100.7]", "203.0.113.9|a.example|client=unknown[198.51.100.7]|"},
      {"203.0.113.9 a.example relay=b[198.51.100.7]", "203.0.113.9|a.example|relay=b[198.51.100.7]|"},
      {"203.0.113.9\ta.example\tserver: ok 1 :192.0.2.25:25 :198.51.100.7::1",
       "203.0.113.9|a.example|server: ok 1 :192.0.2.25:25 :198.51.100.7::1|"},
      {"::ffff a client=\xff[198.51.100.7]", "::ffff|a|client=\xff[198.51.100.7]|"},
      {"Nov 22 01:02:03 mx postfix/cleanup[12]: 4AbC: warning: header Subject: connect from b[198.51.100.7]", "other"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: NOQUEUE: reject: RCPT from a.example[203.0.113.9]: 554 5.7.1 no; "
       "from=<a client=b[198.51.100.7]> helo=<x relay=c[198.51.100.8]>",
       "other"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<a relay=b [198.51.100.7]>, size=9, relay=a.example [203.0.113.9]",
       "203.0.113.9|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<a, relay=b [198.51.100.7]>, size=9, relay=a.example [203.0.113.9]",
       "not understood"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<a to=b>, size=9, relay=a.example [203.0.113.9]",
       "203.0.113.9|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<>, size=9, relay=IDENT:b [198.51.100.7]@a.example [203.0.113.9]",
       "not understood"},
      {"Nov 22 01:02:03 mx sendmail[12]: [ID 801593 mail.info] 0AM: from=<>, size=9, relay=a.example [203.0.113.9]",
       "203.0.113.9|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx smtpd[12]: 1163.25 says server: ok 1 :192.0.2.25:25 :198.51.100.7::1", "other"},
      // ident answers in tcpserver's lines, if one wrote them as they came
      {"tcpserver: ok 9 mx:192.0.2.25:25 :203.0.113.9:a:198.51.100.7:1", "not understood"},
      {"tcpserver: ok 9 mx:2001:db8::25:25 :2001:db8::7:x:joe:1", "not understood"},
      {"tcpserver: ok 9 mx:2001:db8::25:25 :2001:db8::7:5:joe:1", "2001:db8::7:5||joe|"},
      {"tcpserver: ok 9 mx:192.0.2.25:25 a:198.51.100.7:203.0.113.9:joe:1", "not understood"},
      // ident answers in libwrap's lines: there is no blank in them, and everything else
      {"Nov 22 01:02:03 mx in.ftpd[12]: connect from 198.51.100.7,x@b.example", "not understood"},
      {"Nov 22 01:02:03 mx in.ftpd[12]: connect from a.example[198.51.100.7]@b.example", "not understood"},
      {"Nov 22 01:02:03 mx in.ftpd[12]: connect from a.example[198.51.100.7],x@b.example", "not understood"},
      {"Nov 22 01:02:03 mx in.ftpd[12]: connect from a.example[198.51.100.7]:25@b.example", "not understood"},
      {"Nov 22 01:02:03 mx in.ftpd[12]: refused connect from 198.51.100.7@b.example", "not understood"},
      {"Nov 22 01:02:03 mx in.ftpd[12]: connect from 198.51.100.7(may be forged)@b.example", "not understood"},
      // senders and headers in the lines of Postfix and Sendmail
      {"Nov 22 01:02:03 mx postfix/cleanup[12]: 4AbC: message-id=<x, relay=b [198.51.100.7]>", "other"},
      {"Nov 22 01:02:03 mx postfix/cleanup[12]: 4AbC: message-id=<x, relay=b [198.51.100.7], y>", "other"},
      {"Nov 22 01:02:03 mx postfix/qmgr[12]: 4AbC: from=<\"x, relay=b [198.51.100.7], y\"@a.example>, size=9, nrcpt=1 "
       "(queue active)",
       "not understood"},
      {"Nov 22 01:02:03 mx postfix/qmgr[12]: 4AbC: from=<\"x, relay=b [198.51.100.7]\"@a.example>, size=9",
       "not understood"},
      {"Nov 22 01:02:03 mx postfix/smtpd[12]: 4AbC: client=a.example[203.0.113.9], sasl_username=x "
       "client=b[198.51.100.7]",
       "203.0.113.9|a.example||Nov 22 01:02:03"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: from=<>, size=9, relay=b [198.51.100.7], x@a.example [203.0.113.9]",
       "not understood"},
      {"Nov 22 01:02:03 mx sendmail[12]: 0AM: msgid=<x, relay=b [198.51.100.7]>", "other"},
      {"Nov 22 01:02:03 mx sendmail[12]: ruleset=check_rcpt, arg1=<x, relay=b [198.51.100.7], reject=y>, "
       "relay=a.example [203.0.113.9], reject=550",
       "not understood"},
      {"Nov 22 01:02:03 mx sendmail[12]: STARTTLS=client, relay=[198.51.100.7], version=TLSv1.3", "other"},
  });
}

TEST_CASE("a plain list has an address a line, perhaps with a name and an info") {
  check_rows({
      {"198.51.100.7", "198.51.100.7|||"},
      {"  198.51.100.7  a.example  joe", "198.51.100.7|a.example|joe|"},
      {"198.51.100.7\t\tjoe", "198.51.100.7||joe|"},
      {"198.51.100.7\ta.example", "198.51.100.7|a.example||"},
      {"198.51.100.7 - joe\r", "198.51.100.7||joe|"},
      {"2001:db8::7 a.example -", "2001:db8::7|a.example||"},
      {"::ffff:198.51.100.7", "198.51.100.7|||"},
      {"fe80::1%eth0", "fe80::1|||"},
      {"", "other"},
      {"\r", "other"},
      {"# 198.51.100.7", "other"},
      {"a.example 198.51.100.7", "not understood"},
      {"198.51.100.07", "not understood"},
      {"198.51.100.7 a.example joe and more", "not understood"},
      {"198.51.100.0/24", "not understood"},
  });
}

TEST_CASE("a line of a plain list may have a stamp in front") {
  Sighting sighting;
  for (const char* line : {"2026-11-22 01:02:03 10.1.2.3 h.example", "@400000005f3c1a2b00000000 10.1.2.3 h.example",
                           "Nov 22 01:02:03 10.1.2.3 h.example"}) {
    INFO(line);
    CHECK(parse_log_line(line, sighting) == LogLine::client);
    CHECK(sighting.host == "h.example");
    CHECK(!sighting.stamp.empty());
  }
  CHECK(parse_log_line("2026-11-22 01:02:03 10.1.2.3 h.example GET / HTTP", sighting) == LogLine::not_understood);
}

TEST_CASE("a stamp that is none is part of a line that is not understood") {
  check_rows({
      {"@400000004a3b2c1d 198.51.100.7", "not understood"},
      {"2026-11-22 198.51.100.7", "not understood"},
      {"@400000004a3b2c1d0e1f2a3b", "other"},
  });
}

TEST_CASE("a user's expression finds clients by the names of its groups, or by their numbers") {
  const std::string line = "[22/Nov/2026] pattern a(b=198.51.100.7 ptr=A.Example id=joe";
  const auto with = [&](const std::string& expression) {
    auto pattern = LogPattern::compile(expression);
    if (!pattern.ok()) return pattern.error().message();
    Sighting sighting;
    const LogLine kind = pattern.value().parse(line, sighting);
    return summary(kind, sighting);
  };
  CHECK(with("=([0-9.]+) ptr=([^ ]+)") == "198.51.100.7|A.Example||");
  CHECK(with("(?:pattern) a.b=([0-9.]+)") == "198.51.100.7|||");
  CHECK(with(R"(\[(?<stamp>[^\]]+)\] .*\(b=(?<ip>\S+) ptr=(?P<host>\S+) id=(?<info>\S+))") ==
        "198.51.100.7|A.Example|joe|22/Nov/2026");
  CHECK(with(R"([(](b)=(?<ip>\S+))") == "198.51.100.7|||");
  CHECK(with("pattern (x)") == "other");
  CHECK(with("ptr=([^ ]+)") == "not understood");
  CHECK(with("pattern") ==
        "cannot use the expression 'pattern': a group must stand around the address, for instance "
        "'from (?<ip>[0-9.]+)'");
  CHECK(with("(?<adress>x)") ==
        "cannot use the expression '(?<adress>x)': it names a group 'adress'; known are ip, host, "
        "info and stamp");
  CHECK(with("(a[)") == "cannot use the expression '(a[)': missing terminating ] for character class (behind byte 4)");
}

TEST_CASE("neither a very long line nor a very greedy expression exhausts the stack, or the user's patience") {
  const auto parse = [](const std::string& expression, const std::string& line) {
    auto pattern = LogPattern::compile(expression);
    REQUIRE(pattern.ok());
    Sighting sighting;
    const LogLine kind = pattern.value().parse(line, sighting);
    return summary(kind, sighting);
  };
  const std::string long_text(1 << 20, 'x');
  CHECK(parse("(.*)", long_text) == "not understood");
  CHECK(parse("from ([0-9.]+)$", long_text + " from 198.51.100.7") == "198.51.100.7|||");
  CHECK(parse("((?:x+)+)+y", long_text) == "not understood");
  CHECK(parse("((?:x|xx)*) ([0-9.]+)", long_text + "z") == "not understood");
}

TEST_CASE("a line may hold any bytes, and a group that took no part is empty") {
  auto pattern = LogPattern::compile("(?<ip>[0-9.]+)( as (?<host>[^ ]+))?");
  REQUIRE(pattern.ok());
  Sighting sighting;
  CHECK(pattern.value().parse(std::string("\xff\0 198.51.100.7", 15), sighting) == LogLine::client);
  CHECK(sighting.host.empty());
}

}  // namespace core
