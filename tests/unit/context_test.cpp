// What checks make of the context: the program, what it serves, and whether it compares names with addresses.
#include <catch2/catch.hpp>

#include "reading.hpp"

using namespace relayrules;
using relayrules::testing::check_text;

namespace {

std::string listing_with(const CheckContext& context, const std::string& text) {
  return check_text("tcp.smtp", text, false, context).listing();
}

}  // namespace

TEST_CASE("with -p a name is trusted no longer by whoever writes it into reverse DNS, only by DNS") {
  const std::string relay = "=mail.example.com:allow,RELAYCLIENT=\"\"\n:allow\n";
  CHECK(listing_with({}, relay) ==
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
