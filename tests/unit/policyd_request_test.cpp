// What relayrules-policyd reads of a request, and what it answers without rules.
#include <catch2/catch.hpp>
#include <string>

#include "relayrules-policyd/decision.hpp"

using namespace relayrules::policyd;

TEST_CASE("a policy request is read to its empty line, and nothing behind it") {
  const std::string text = "request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=a=b@c.example\nx=\n\n";
  std::size_t size = 0;
  Request request;
  const std::string longer = text + "request=";
  REQUIRE(read_request(longer, &size, &request) == Reading::whole);
  CHECK(size == text.size());
  CHECK(request.recipient == "a=b@c.example");
  for (std::size_t shorter = 0; shorter < text.size(); ++shorter)
    CHECK(read_request(std::string_view(text).substr(0, shorter), &size, &request) == Reading::more);
  CHECK(action_for({}, request).starts_with("451 4.3.5 "));
}

TEST_CASE("what is no policy request is bad") {
  using namespace std::literals;
  const std::string head = "request=smtpd_access_policy\n";
  for (const std::string& text : {"\n"s, "GET /\n\n"s, "request=other\n\n"s, "=x\n\n"s, head + "a=\0\n\n"s, "x\0"s,
                                  head + "recipient=a\nrecipient=b\n\n", std::string(longest_request, 'x')}) {
    std::size_t size = 0;
    Request request;
    CAPTURE(text.substr(0, 60));
    CHECK(read_request(text, &size, &request) == Reading::bad);
  }
}
