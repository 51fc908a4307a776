// The text of expectation files: what is read from a line, and what is said of a bad one.
#include <catch2/catch.hpp>

#include "analysis/expectation_text.hpp"

namespace core {
namespace {

using analysis::Expectation;
using analysis::ExpectationFile;

/// Everything that was read from one line, in one line; for a bad one what is said of it.
std::string read(const std::string& line) {
  Sources sources;
  Findings findings;
  const ExpectationFile file = analysis::parse_expectations(*sources.add("x.expect", line), sources, findings);
  std::string text;
  for (const Finding& finding : findings.all()) {
    text += std::string(sources.text(finding.span)) + ": " + finding.message.text(sources);
    if (!finding.help.empty()) text += " = " + finding.help.text(sources);
  }
  CHECK(file.complete == findings.empty());
  if (!findings.empty()) return text;
  REQUIRE(file.expectations.size() == 1);
  const Expectation& one = file.expectations.front();
  CHECK(line.find(sources.text(one.span)) != std::string::npos);
  // a line about a recipient says nothing of clients
  for (const Range& range : one.recipient ? std::vector<Range>() : one.clients.addresses)
    for (const Prefix& prefix : prefixes_of(range)) text += format_prefix(prefix) + " ";
  const char* const kinds[] = {"", "none ", "named ", "="};
  text += kinds[static_cast<int>(one.clients.host.kind)] + one.clients.host.pattern;
  for (const std::string& name : one.clients.host.excluded) text += " not " + name;
  if (one.clients.info.kind == analysis::InfoKind::text) text += " info " + one.clients.info.text;
  if (one.clients.info.kind == analysis::InfoKind::none) text += " no info";
  if (one.demand.allow) text += *one.demand.allow ? " allow" : " deny";
  if (one.demand.relay) text += *one.demand.relay ? " relay" : " no-relay";
  for (const auto& variable : one.demand.variables)
    text += variable.value ? " " + variable.name + "=<" + *variable.value + ">" : " -" + variable.name;
  if (one.recipient) text += one.recipient->address + (one.recipient->accepted ? " accepted" : " refused");
  return text + (one.reason.empty() ? "" : " | " + one.reason);
}

}  // namespace

TEST_CASE("a line names clients, what holds of them, and why") {
  const std::pair<const char*, const char*> lines[] = {
      {"192.168.7.20                     relay                       the office",
       "192.168.7.20/32  relay | the office"},
      {"203.0.113.9 allow no-relay", "203.0.113.9/32  allow no-relay"},
      {"  10.\tdeny\tbehind a tab  \r", "10.0.0.0/8  deny | behind a tab"},
      {"10.1.2. deny # with a sign", "10.1.2.0/24  deny | with a sign"},
      {"10.0.0.1 deny #", "10.0.0.1/32  deny"},
      {"0.0.0.0/0 except 128.0.0.0/1  0.0.0.0/2   no-relay", "64.0.0.0/2  no-relay"},
      {"10.0.0.2-10.0.0.4 deny", "10.0.0.2/31 10.0.0.4/32  deny"},
      {"10.0.0.0 10.0.0.1 deny", "10.0.0.0/31  deny"},
      {"any deny", "0.0.0.0/0 ::/0  deny"},
      {"2001:db8::/32 deny", "2001:db8::/32  deny"},
      {"::ffff:192.0.2.7 deny", "192.0.2.7/32  deny"},
      {"host=Mail.Example.COM no-relay", "0.0.0.0/0 ::/0 =mail.example.com no-relay"},
      {"10. host=.example.com host!=a.example.com deny", "10.0.0.0/8 =.example.com not a.example.com deny"},
      {"host=none 10. deny", "10.0.0.0/8 none  deny"},
      {"host=any info=joe deny", "0.0.0.0/0 ::/0 named  info joe deny"},
      {"10. info=none deny", "10.0.0.0/8  no info deny"},
      {"rcpt=user@Example.org accepted", "user@Example.org accepted"},
      {"rcpt=user@example.org refused  not ours", "user@example.org refused | not ours"},
      {"rcpt=user@example.org not-accepted", "user@example.org refused"},
      {"env 127.0.0.1 RELAYCLIENT=\"\"", "127.0.0.1/32  RELAYCLIENT=<>"},
      {"env any A=\"x  y\" B='\"' C=z -D  why", "0.0.0.0/0 ::/0  A=<x  y> B=<\"> C=<z> -D | why"},
  };
  for (const auto& [line, wanted] : lines) {
    INFO(line);
    CHECK(read(line) == wanted);
  }
}

TEST_CASE("a bad line is a finding with its place and what to write") {
  const std::string no_client =
      " is no client: an address, 10.0.0.0/8, '10.', 10.0.0.1-10.0.0.9, 'any', 'except', host= or info=";
  const std::pair<const char*, std::string> lines[] = {
      {"", ": there is no expectation in the file: it would hold whatever the rules say"},
      {"# nothing but words", ": there is no expectation in the file: it would hold whatever the rules say"},
      {"rules tcp.smtp", ": there is no expectation in the file: it would hold whatever the rules say"},
      {"rules", "rules: 'rules' names no file = write 'rules tcp.smtp', or 'rules tcp.smtp rcpthosts'"},
      {"rules tcp.smtp from=qmail",
       "rules tcp.smtp from=qmail: there is no format 'qmail' = 'relayrules formats' lists them"},
      {"rules tcp.smtp program=inetd",
       "inetd: there is no program 'inetd' = 'relayrules test --help' lists them at --program"},
      {"10.1 relay", "10.1: '10.1'" + no_client},
      {"10.0.0.9-10.0.0.1 relay", "10.0.0.9-10.0.0.1: '10.0.0.9-10.0.0.1'" + no_client},
      {"10.0.0.1 realy", "realy: 'realy'" + no_client + "; did you mean 'relay'?"},
      {"hots=x deny", "hots=x: 'hots=x'" + no_client + "; did you mean 'host='?"},
      {"10. env A=1", "env: 'env' cannot stand here: it begins a line, 'env CLIENTS NAME=value'"},
      {"env 10. relay",
       "relay: 'relay' cannot stand here: a line that begins with 'env' expects variables and nothing else"},
      {"env 10. accepted",
       "accepted: 'accepted' cannot stand here: it stands behind 'rcpt=user@domain', or 'to=' and 'from='"},
      {"any relay except 10.",
       "except: 'except' cannot stand here: it stands before what is expected = "
       "a reason stands behind two blanks, or behind '#'"},
      {"any relay host=a",
       "host=a: 'host=' cannot stand here: it stands before what is expected = "
       "a reason stands behind two blanks, or behind '#'"},
      {"10.0.0.1 relay the office", "the: 'the' is no expectation = a reason stands behind two blanks, or behind '#'"},
      {"10.0.0.1 allow   no-relay",
       "no-relay: 'no-relay' stands where the reason begins, behind two blanks: it would not be "
       "proved = write one blank before it; or '#' before a reason"},
      {"10.0.0.1/8 deny",
       "10.0.0.1/8: '10.0.0.1/8' has bits behind the prefix; write '10.0.0.0/8', or the address alone"},
      {"any except deny", "any except deny: nothing stands behind 'except'"},
      {"except 10. deny", "except: 'except' has no addresses before it = write 'any except ...'"},
      {"10. except any deny",
       "10. except any deny: no client is left in '10. except any deny': all that are meant are excluded"},
      {"host=a host!=a deny",
       "host=a host!=a deny: no client is left in 'host=a host!=a deny': all that are meant are excluded"},
      {"10. deny relay", "relay: 'relay' cannot hold together with what stands before it"},
      {"env 10. A=1 A=2", "A=2: 'A=2' cannot hold together with what stands before it"},
      {"env 10. A=\"x", "A=\"x: the value of 'A' does not end with its quote"},
      {"env 10.",
       "env 10.: 'env 10.' expects nothing = write NAME=value behind it, or -NAME for a variable that no rule sets"},
      {"10.0.0.1", "10.0.0.1: '10.0.0.1' expects nothing = write 'relay', 'no-relay', 'allow' or 'deny' behind it"},
      {"relay", "relay: nobody is meant: there are no clients in the line = write 'any' for every client"},
      {"rcpt=a@b relay", "relay: 'relay' is no expectation about a recipient = write 'accepted' or 'refused'"},
      {"accepted",
       "accepted: 'accepted' is no expectation about clients = write 'rcpt=user@domain', or 'to=' and 'from=', before "
       "it"},
      {"10. to=a@b relay", "relay: 'relay' is no expectation about a recipient = write 'accepted' or 'refused'"},
      {"rcpt=a@b deferred",
       "deferred: no recipient is refused for now by a list of destinations = write 'accepted' or 'refused'"},
      {"10. to=a@b not-accepted refused",
       "refused: a second answer about the mail = write 'accepted', 'not-accepted', 'refused' or 'deferred'"},
      {"10. to=a@b", "10. to=a@b: '10. to=a@b' expects nothing = write 'accepted' or 'refused' behind it"},
      {"10. to=a@b to=c accepted", "to=c: a second 'to=' = write a line for each"},
      {"10. from=a/b refused",
       "from=a/b: 'a/b' is no address or domain = write user@domain, a domain, '.domain' for all "
       "below it, 'outside', 'listed', '<>' or 'any'"},
      {"rcpt=a@b 10. accepted",
       "rcpt=a@b 10. accepted: a recipient is looked up for every client without RELAYCLIENT alike = "
       "leave the clients out of the line"},
      {"host=*.example.com deny",
       "host=*.example.com: '*.example.com' is no host name = write a name, '.example.com' for all names "
       "below it, 'none' or 'any'"},
      {"info= deny", "info=: 'info=' says nothing = write what ident says, or 'none'"},
  };
  for (const auto& [line, wanted] : lines) {
    INFO(line);
    CHECK(read(line) == wanted);
  }
}

TEST_CASE("two lines that no rules can satisfy together are said with both places") {
  const std::pair<const char*, const char*> files[] = {
      {"10. deny\n10.1. relay\n", "'10.1. relay' cannot hold together with line 1: both are about the client 10.1.0.0"},
      {"192.0.2.7 relay\n\nany host=mail.example.com no-relay\n",
       "'any host=mail.example.com no-relay' cannot hold together with line 1: both are about the client 192.0.2.7 "
       "named "
       "mail.example.com"},
      {"host=.a deny\nhost=.b.a allow\n",
       "'host=.b.a allow' cannot hold together with line 1: both are about the client 0.0.0.0 named host.b.a"},
      {"env any A=1\nenv 10. -A\n",
       "'env 10. -A' cannot hold together with line 1: both are about the client 10.0.0.0"},
      {"any deny\nenv 10. A=1\n", "'env 10. A=1' cannot hold together with line 1: both are about the client 10.0.0.0"},
      {"rcpt=a@b accepted\nrcpt=c@B refused\n",
       "'rcpt=c@B refused' cannot hold together with line 1: both are about recipients at 'b'"},
  };
  for (const auto& [text, wanted] : files) {
    Sources sources;
    Findings findings;
    const ExpectationFile file = analysis::parse_expectations(*sources.add("x.expect", text), sources, findings);
    INFO(text);
    REQUIRE(findings.all().size() == 1);
    CHECK(findings.all().front().message.text(sources) == wanted);
    REQUIRE(findings.all().front().related.size() == 1);
    CHECK(sources.position(findings.all().front().related.front().span.begin).line == 1);
    CHECK(file.contradictory);
  }
  Sources sources;
  Findings findings;
  static_cast<void>(analysis::parse_expectations(
      *sources.add("x.expect",
                   "10. except 10.1. deny\n10.1. relay\nany except 10.0.0.0/8 host=a no-relay\n"
                   "11. host=none info=x allow\n11. info=y host=none deny\n11. host=b deny\n"),
      sources, findings));
  CHECK(findings.empty());
}

TEST_CASE("the names of the rules are kept as they are written, from one line") {
  Sources sources;
  Findings findings;
  const ExpectationFile file = analysis::parse_expectations(
      *sources.add(
          "x.expect",
          "rules ../tcp.smtp\trcpthosts daemon=tcp-env program=ucspi-tcp6 # and not: morercpthosts\nany allow\n"),
      sources, findings);
  REQUIRE(file.rules.size() == 2);
  CHECK(file.rules[0].path == "../tcp.smtp");
  CHECK(file.rules[1].path == "rcpthosts");
  CHECK(file.daemon == "tcp-env");
  CHECK(file.program == Program::ucspi_tcp6);
  CHECK(read("rules a\nrules b\nany allow") ==
        "rules b: a second 'rules' line = name all files in one line; write a file of expectations for each server");
}

}  // namespace core
