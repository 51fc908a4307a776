// The page of a check as text, and the manual page of all of them.
#include <catch2/catch.hpp>

#include <sstream>

#include "report/checks_manual.hpp"
#include "report/explain.hpp"

using namespace core;

TEST_CASE("the page of a check says what is wrong, why, and how to write it") {
  CHECK(explain_check(*find_check("dot-after-full-address"), "tcp.smtp:1:1: warning: ...\n") ==
        "RR302 dot-after-full-address (warning)\n"
        "\n"
        "a full address with a dot behind it matches nobody.\n"
        "\n"
        "A dot at the end makes a prefix of one, two or three numbers. Four numbers are\n"
        "the whole address, and tcpserver looks it up without a dot: a rule for\n"
        "'1.2.3.4.' is never found. libwrap compares it with the beginning of the\n"
        "address, which never has a fourth dot.\n"
        "\n"
        "Write '1.2.3.4'.\n"
        "\n"
        "Formats: hosts_access, tcprules, tcprules-extended, tcprules-ipv6, tcprules-tcp6\n"
        "\n"
        "Wrong (tcp.smtp):\n"
        "\n"
        "    1.2.3.4.:deny\n"
        "    :allow\n"
        "\n"
        "What is said of it:\n"
        "\n"
        "    tcp.smtp:1:1: warning: ...\n"
        "\n"
        "Right (tcp.smtp):\n"
        "\n"
        "    1.2.3.4:deny\n"
        "    :allow\n"
        "\n"
        "Where the rule is right all the same, put '# relayrules: allow\n"
        "dot-after-full-address REASON' before it; with 'allow-file' above the first rule\n"
        "it holds for the whole file.\n");
}

TEST_CASE("an example with odd bytes is shown so that a terminal survives it") {
  CHECK(explain_check(*find_check("carriage-return")).find("127.:allow\\x0d\n") != std::string::npos);
  CHECK(explain_check(*find_check("control-character")).find("A=\"x\\x00y\"") != std::string::npos);
}

TEST_CASE("what a parser reports cannot be silenced, and its page says so") {
  CHECK(explain_check(*find_check("bad-verdict")).find("This cannot be silenced") != std::string::npos);
}

TEST_CASE("no line of running text is wider than 80 columns, and the old names of a check stand on its page") {
  for (const Check* check : all_checks()) {
    std::istringstream lines(explain_check(*check));
    for (std::string line; std::getline(lines, line);)
      if (!line.starts_with("    ")) CHECK(line.size() <= 80);
  }
  CHECK(explain_check(*find_check("RR414")).find("\nAlso called gateway-relay (RR414), dynamic-range (RR423).\n") !=
        std::string::npos);
  CHECK(checks_manual().find("\nAlso called gateway-relay (RR414), dynamic-range (RR423).\n") != std::string::npos);
}

TEST_CASE("the manual page has every check, and no text in it is taken for a macro") {
  const std::string page = checks_manual();
  for (const Check* check : all_checks()) {
    INFO(check->kind.name);
    CHECK(page.find(".Ss " + std::string(check->kind.name) + " (" + std::string(check->kind.code)) !=
          std::string::npos);
  }
  // the fixture's text ".example.net:deny" begins with a dot
  CHECK(page.find("\n\\&.example.net:deny\n") != std::string::npos);
  CHECK(page.find("\n\n") == std::string::npos);
}
