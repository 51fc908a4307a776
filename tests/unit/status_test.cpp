// Durations as people write them, and labels that Prometheus can read whatever a file is called.
#include "report/status.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "base/sha256.hpp"

namespace core {

TEST_CASE("a duration is a number and one unit, and nothing else") {
  CHECK(parse_duration("0s") == 0);
  CHECK(parse_duration("90m") == 5400);
  CHECK(parse_duration("2h") == 7200);
  CHECK(parse_duration("7d") == 604800);
  for (const char* wrong :
       {"", "h", "7", "7w", "-1h", "+1h", " 1h", "1h ", "1hh", "1.5h", "99999999999999999999d", "9999999999d"}) {
    INFO(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
}

TEST_CASE("a database that was not read is critical, and its name is fit for a label and a line") {
  DatabaseStatus status;
  status.database.path = "a\"b\\c\nd";
  status.failure = "cannot open it";
  CHECK(health_of(status) == Health::critical);
  CHECK(format_status_nagios(status) == "RELAYRULES CRITICAL - cannot open it\n");
  const std::string text = format_status_prometheus(status);
  INFO(text);
  CHECK(text.find("relayrules_readable{database=\"a\\\"b\\\\c\\\\x0ad\"} 0\n") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 9);
}

TEST_CASE("the hash of a file is that of FIPS 180") {
  CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace core
