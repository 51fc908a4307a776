// Suppressions: which findings a comment takes away, and how far it reaches.
#include <catch2/catch.hpp>

#include "reading.hpp"

using core::testing::check_text;

namespace {

/// What is left when `text` is read as `name`, and how much a comment took away.
std::string outcome(const std::string& name, const std::string& text) {
  const auto checked = check_text(name, text);
  return std::to_string(checked.suppressed) + " allowed\n" + checked.listing();
}

}  // namespace

TEST_CASE("a comment allows findings about the next rule, and about no other") {
  CHECK(
      outcome("tcp.smtp", "# relayrules: allow prefix-without-dot why not\n\n# more\n10.1:deny\n10.2:deny\n:allow\n") ==
      "1 allowed\n5: warning: '10.2' can never match a client: not a full address and no final '.' "
      "[prefix-without-dot]\n");
  CHECK(outcome("tcp.smtp", "# relayrules: allow RR301 by its code\n10.1:deny\n:allow\n") == "1 allowed\n");
  CHECK(
      outcome("tcp.smtp", "# relayrules: allow-file prefix-without-dot all of them\n10.1:deny\n10.2:deny\n:allow\n") ==
      "2 allowed\n");
}

TEST_CASE("several comments and several names hold for one rule") {
  const std::string rule = "192.168.1:allow,RELAYCLIENT=\"no\"\n:allow\n";
  CHECK(outcome("tcp.smtp", "# relayrules: allow prefix-without-dot,relay-by-value a test\n" + rule) == "2 allowed\n");
  CHECK(outcome("tcp.smtp", "# relayrules: allow prefix-without-dot, relay-by-value a test\n" + rule) == "2 allowed\n");
  CHECK(outcome("tcp.smtp",
                "# relayrules: allow prefix-without-dot a test\n# relayrules: allow relay-by-value a test\n" + rule) ==
        "2 allowed\n");
}

TEST_CASE("only a line with '#' in its first column is a comment to relayrules") {
  CHECK(check_text("tcp.smtp", "10.1:deny,A=\"# relayrules: allow prefix-without-dot x\"\n:allow\n").suppressed == 0);
  CHECK(check_text("rcpthosts", "example.org\nlocalhost\n# relayrules: allow whole-tld a test\n.com\n").suppressed ==
        1);
}

TEST_CASE("in hosts_access a rule goes on over a backslash, and a comment does too") {
  const std::string rule = "tcp-env : 10.1.2.3 \\\n 198.41.0.0/255.255.0.0 : setenv = RELAYCLIENT\n";
  const std::string name = "wide-relay-net";
  CHECK(check_text("hosts.allow", "# relayrules: allow " + name + " a test\n" + rule).suppressed == 1);
  CHECK(check_text("hosts.allow", "# text \\\n# relayrules: allow " + name + " a test\n" + rule).suppressed == 0);
}

TEST_CASE("an error of the grammar cannot be allowed") {
  CHECK(outcome("tcp.smtp", "# relayrules: allow-file bad-verdict I mean it\n10.:ALLOW\n:allow\n") ==
        "0 allowed\n1: warning: 'bad-verdict' cannot be allowed: a line that is not understood may be a denial "
        "[unused-suppression]\n2: error: 'ALLOW' is no verdict; 'allow' or 'deny' is expected, in lower case "
        "[bad-verdict]\n");
}
