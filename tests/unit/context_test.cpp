// What checks make of the context: the program, what it serves, and whether it compares names with addresses.
#include <catch2/catch.hpp>

#include "reading.hpp"

using namespace core;
using core::testing::check_text;

namespace {

std::string listing_with(const CheckContext& context, const std::string& text) {
  return check_text("tcp.smtp", text, false, context).listing();
}

}  // namespace

TEST_CASE("with -p a name is trusted no longer by whoever writes it into reverse DNS, only by DNS") {
  const std::string relay = "=mail.example.com:allow,RELAYCLIENT=\"\"\n:allow\n";
  CHECK(
      listing_with({}, relay) ==
      "1: error: whoever gives his address a name that matches '=mail.example.com' may send to any domain: reverse DNS "
      "is set by the client's side [domain-trust]\n");
  CHECK(listing_with({.paranoid = true}, relay) ==
        "1: warning: DNS alone says who may relay by '=mail.example.com': -p only compares its two directions "
        "[domain-trust]\n");
  CHECK(listing_with({.paranoid = true}, "=mail.example.com:allow\n:deny\n").empty());
  CHECK(listing_with({.paranoid = true}, "=mail.example.com:allow\n10.1.:deny\n:allow,A=\"1\"\n").empty());
}

TEST_CASE("what a service does not read is said only when the service is known") {
  const std::string text = "10.1.1.1:allow,AXFR=\"example.com\"\n10.1.1.2:allow,RBLSMTPD=\"\"\n:allow\n";
  CHECK(listing_with({}, text).empty());
  CHECK(listing_with({.service = Service::smtp}, text) ==
        "1: warning: 'AXFR' is read by axfrdns only: behind these rules it does nothing [variable-without-reader]\n");
  CHECK(listing_with({.service = Service::dns}, text) ==
        "2: warning: 'RBLSMTPD' is read by rblsmtpd only: behind these rules it does nothing "
        "[variable-without-reader]\n");
  CHECK(listing_with({.service = Service::submission}, "127.:allow,RELAYCLIENT=\"\"\n:allow\n").empty());
}

TEST_CASE("a line without a verdict hangs one program only") {
  const std::string text = "127.:allow,A=\"1\"\n \n:allow\n";
  CHECK(listing_with({.program = Program::tcpserver}, text).empty());
  CHECK(listing_with({.program = Program::ucspi_tcp_ipv6}, text) ==
        "2: warning: the tcprules of ucspi-tcp-ipv6 runs for ever on this line: it has neither ':allow' nor ':deny' "
        "[hangs-old-compiler]\n");
}

TEST_CASE("of each program it is known what it does, and of any what tcpserver does") {
  CHECK(facts_of(Program::any).program == Program::tcpserver);
  CHECK(all_programs().size() == static_cast<std::size_t>(Program::spamdyke));
  for (const ProgramFacts& facts : all_programs()) {
    INFO(facts.name);
    CHECK(facts_of(facts.program).name == facts.name);
    // dual-stack programs are told that nobody relays by IPv6
    CHECK(listing_with({.program = facts.program}, "127.:allow,RELAYCLIENT=\"\"\n:allow\n").empty() ==
          (facts.ipv6 == Ipv6Keys::none));
    CHECK(listing_with({.program = facts.program}, "127.:deny\n:allow\n").empty());
  }
}

TEST_CASE("a network with a slash is dead only where the program knows none") {
  const std::string text = "10.0.0.0/8:allow,RELAYCLIENT=\"\"\n:allow\n";
  const std::string dead =
      "1: warning: '10.0.0.0/8' can never match a client: tcprules knows no networks with '/' [cidr-in-tcprules]\n";
  CHECK(listing_with({}, text) == dead);
  CHECK(listing_with({.program = Program::ucspi_tcp_ipv6}, text) == dead);
  CHECK(listing_with({.program = Program::ucspi_ssl}, text) == dead);
  CHECK(listing_with({.program = Program::ucspi_tcp6}, "10.0.0.0/8:deny\n:allow\n") ==
        "1: note: '10.0.0.0/8' is a network to ucspi-tcp6 and spamdyke only: other programs never ask for it "
        "[cidr-in-tcprules]\n");
  CHECK(listing_with({.program = Program::spamdyke}, text) ==
        "1: warning: spamdyke lets '10.0.0.0/8' in and sets no variable: behind a '/' it forgets the verdict "
        "[misread-by-spamdyke]\n");
  CHECK(listing_with({.program = Program::spamdyke}, "10.0.0.0/8:deny\n:allow\n").starts_with("1: error: "));
}

TEST_CASE("spamdyke finds what tcpserver asks for in no way") {
  const std::string text =
      "10.1:deny\n10.2.3.4.:deny\n10.3-4.5-6.:deny\n=MAIL.example.com:deny\njoe@10.:deny\n:allow\n";
  CHECK(listing_with({.program = Program::spamdyke}, text).empty());
  CHECK(listing_with({}, text).find("prefix-without-dot") != std::string::npos);
}

TEST_CASE("where a program finds rules that tcpserver does not, no other rule is called superfluous") {
  const std::string text = "10.1.:deny\n10.0.0.0/8:allow\n:deny\n";
  CHECK(listing_with({}, text).find("catch-all-decides-all") != std::string::npos);
  CHECK(listing_with({.program = Program::ucspi_tcp6}, text) ==
        "2: note: '10.0.0.0/8' is a network to ucspi-tcp6 and spamdyke only: other programs never ask for it "
        "[cidr-in-tcprules]\n");
}

TEST_CASE("a catch-all above other rules ends the file only where the first rule decides") {
  const std::string text = ":deny\n10.:allow\n";
  CHECK(listing_with({}, text).empty());
  CHECK(listing_with({.program = Program::spamdyke}, text) ==
        "2: warning: '10.:allow' is never asked: a rule above it is for all clients [contradictory-rules]\n");
}

TEST_CASE("where the first rule decides, what stands below wider rules is told") {
  const CheckContext spamdyke{.program = Program::spamdyke};
  CHECK(listing_with(spamdyke, "5.6.7.:allow\n5.6.7.8:deny\n5.6.7.9:allow\n:allow\n") ==
        "2: warning: '5.6.7.8' is never refused: rules above take every one of these clients [contradictory-rules]\n"
        "3: note: '5.6.7.9' changes nothing: rules above take every one of these clients already [redundant-rule]\n");
  const std::string name_first = "=mail.example.com:allow\n5.6.:deny\n:allow\n";
  const std::string name_last = "5.6.:deny\n=mail.example.com:allow\n:allow\n";
  CHECK(listing_with(spamdyke, name_first) ==
        "1: warning: whoever is refused by '5.6.' comes in by giving his address the name of '=mail.example.com': the "
        "first rule that fits decides [host-beats-address-deny]\n");
  CHECK(listing_with(spamdyke, name_last).empty());
  CHECK(listing_with({}, name_last).find("host-beats-address-deny") != std::string::npos);
}

TEST_CASE("-p counts only where it holds for every client") {
  const std::string text = "=mail.example.com:allow\n:deny\n";
  CHECK(listing_with({.program = Program::ucspi_ssl, .paranoid = true}, text).empty());
  CHECK(
      listing_with({.program = Program::ucspi_tcp6, .paranoid = true}, text) ==
      "1: warning: whoever gives his address a name that matches '=mail.example.com' is let in: reverse DNS is set by "
      "the client's side [domain-trust]\n");
}

TEST_CASE("what a rule says of the connection counts only where it comes last") {
  const std::string text = "10.1.1.1:allow,TCPREMOTEIP=\"127.0.0.1\"\n:allow\n";
  CHECK(listing_with({.program = Program::tcpserver}, text) ==
        "1: warning: 'TCPREMOTEIP' hides the real client from every program that runs next [overrides-connection]\n");
  CHECK(listing_with({.program = Program::ucspi_tcp6}, text) ==
        "1: warning: 'TCPREMOTEIP' does nothing: the tcpserver of ucspi-tcp6 sets it after the rule has "
        "[overrides-connection]\n");
}
