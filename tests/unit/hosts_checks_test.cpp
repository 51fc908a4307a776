// Checks of hosts.allow and hosts.deny that need both files, or that stand on a relation between patterns.
#include <catch2/catch.hpp>

#include "lint/pattern_overlap.hpp"
#include "model/percent.hpp"
#include "reading.hpp"

using namespace core;

namespace {

/// The findings of `name` in the two files, as text.
std::string findings_of(std::string_view name, std::string_view allow, std::string_view deny) {
  const testing::CheckedText checked = testing::check_hosts_pair(allow, deny);
  std::string text;
  for (const Finding& finding : checked.findings.all())
    if (finding.kind->name == name)
      text += std::to_string(checked.sources.position(finding.span.begin).line) + ": " +
              finding.message.text(checked.sources) + "\n";
  return text;
}

/// A pattern of `policy`, which keeps its text.
ClientPattern pattern_of(Policy& policy, const char* pattern) {
  Findings findings;
  const std::string text = std::string("d : ") + pattern + "\n";
  find_format("hosts_access")->parse(Source("hosts.allow", text, 0), {}, policy, findings);
  return policy.rules.back().pattern();
}

}  // namespace

TEST_CASE("a pair of hosts files that refuses nobody of a service says so at the first rule that changes nothing") {
  const auto missing = [](std::string_view allow, std::string_view deny) {
    return findings_of("catch-all-missing", allow, deny);
  };
  const std::string reason = ": this rule changes nothing: neither hosts.allow nor hosts.deny refuses anybody else\n";
  CHECK(missing("ftpd : ALL\nsshd : 10.\nsshd : 11.\n", "# nobody\n") == "2" + reason);
  CHECK(missing("sshd : 10.\n", "ftpd : ALL\n") == "1" + reason);
  CHECK(missing("sshd : 10.\n", "ALL : ALL\n").empty());
  CHECK(missing("sshd : 10.\n", "ftpd sshd : ALL\n").empty());
  CHECK(missing("sshd : 10.\n", "ssh* : ALL\n").empty());
  CHECK(missing("sshd : 10.\nsshd : ALL : deny\n", "").empty());
  CHECK(missing("sshd : ALL\n", "").empty());
  CHECK(missing("tcp-env : 10. : setenv RELAYCLIENT\n", "# nobody\n").empty());
  CHECK(missing("# nobody\n", "sshd : 10.\n").empty());
}

TEST_CASE("a file that holds but the target of a link is told so") {
  CHECK(findings_of("wrong-format", "../etc/hosts.allow", "") ==
        "1: this is no rule file but where a link was to lead to: '../etc/hosts.allow'\n");
  CHECK(findings_of("wrong-format", "../etc/hosts.allow and more", "").empty());
}

TEST_CASE("that the host itself is refused is told where the rules are first-match, too") {
  const auto told = [](std::string_view allow, std::string_view deny) {
    return findings_of("loopback-not-relay", allow, deny);
  };
  CHECK(told("tcp-env : 192.168.7. : setenv RELAYCLIENT\n", "ALL : ALL\n") ==
        "1: 'ALL : ALL' refuses 127.0.0.1: what runs on this host cannot send mail by SMTP\n");
  CHECK(told("tcp-env : 192.168.7. localhost : setenv RELAYCLIENT\n", "ALL : ALL\n").empty());
  CHECK(told("tcp-env : 192.168.7. : setenv RELAYCLIENT\n", "# nobody\n").empty());
  CHECK(told("sshd : 192.168.7.\n", "ALL : ALL\n").empty());
}

TEST_CASE("EXCEPT has something in front of it and something behind") {
  const auto odd = [](std::string_view allow) { return findings_of("bad-pattern", allow, ""); };
  CHECK(odd("d : ALL EXCEPT\n") == "1: nothing stands behind 'EXCEPT', so that nobody is excepted\n");
  CHECK(odd("d EXCEPT : ALL\n") == "1: nothing stands behind 'EXCEPT', so that nobody is excepted\n");
  CHECK(odd("d : EXCEPT 10.\n") == "1: nothing stands before 'EXCEPT', so that this list matches nobody\n");
  CHECK(odd("except d : ALL\n") == "1: nothing stands before 'except', so that this list matches nobody\n");
  CHECK(odd("d EXCEPT e : ALL EXCEPT 10. EXCEPT 10.1.\n").empty());
}

TEST_CASE("an address or a domain in the list of daemons is one that no daemon is called") {
  const auto said = [](const std::string& word) {
    return findings_of("client-as-daemon", "ALL EXCEPT " + word + " : 10.\n", "");
  };
  for (const char* word : {"10.1.1.1", "10.1.", "10.0.0.0/8", ".example.com", "[2001:db8::1]"})
    CHECK(said(word) ==
          "1: " + quoted(word) + " stands before the first ':', where libwrap looks for names of daemons\n");
  for (const char* word : {"in.ftpd", "sshd@10.1.1.1", "10", "4in4", "*.x"}) CHECK(said(word).empty());
}

TEST_CASE("patterns are disjoint or one within the other only where that is certain") {
  struct Row {
    const char* a;
    const char* b;
    bool disjoint;
    bool within;  // a is within b
  };
  const Row rows[] = {{"10.1.", "10.", false, true},
                      {"10.", "10.1.", false, false},
                      {"10.", "11.", true, false},
                      {"10.1.1.1", "10.1.1.0/24", false, true},
                      {"10.", "[2001:db8::]/32", true, false},
                      {"[2001:db8::1]", "[2001:db8::]/32", false, true},
                      {"10.", "ALL", false, true},
                      {"ALL", "10.", false, false},
                      {"mail.example.com", ".example.com", false, true},
                      {".example.com", "mail.example.com", false, false},
                      {".example.com", ".com", false, true},
                      {"example.com", ".example.com", true, false},
                      {"a.example.com", "b.example.com", true, false},
                      {"10.", "mail.example.com", false, false},
                      {"KNOWN", "10.", false, false},
                      {"LOCAL", "LOCAL", false, true},
                      {"10.*", "10.", false, false}};
  for (const Row& row : rows) {
    CAPTURE(row.a, row.b);
    Policy policy = new_policy(*find_format("hosts_access"));
    const ClientPattern a = pattern_of(policy, row.a);
    const ClientPattern b = pattern_of(policy, row.b);
    CHECK(is_disjoint(a, b) == row.disjoint);
    CHECK(is_disjoint(b, a) == row.disjoint);
    CHECK(is_within(a, b) == row.within);
  }
}

TEST_CASE("expansions that the client can choose are found, and no others") {
  using Uses = std::vector<std::string_view>;
  CHECK(chosen_by_client("%h and %n, %u@%c") == Uses{"%h", "%n", "%u", "%c"});
  CHECK(chosen_by_client("%a %d %s %A %H %N %p") == Uses());
  CHECK(chosen_by_client("100%%h %%%u") == Uses{"%u"});
  CHECK(chosen_by_client("%") == Uses());
  CHECK(chosen_by_client("") == Uses());
}
