// What stands beside a CDB of what it was made of: it is read as it was written, and nothing else is.
#include <catch2/catch.hpp>

#include "base/utc_time.hpp"
#include "cdb/origin.hpp"

namespace core {
namespace {

const std::string hash(64, 'a');
const std::string other_hash(64, '0');

}  // namespace

TEST_CASE("an origin is read as it was written") {
  const cdb::Origin origin{hash, 2026112901, 1798675200, {{"tcp.smtp", other_hash}, {"with a blank", hash}}};
  const std::string text = cdb::format_origin(origin);
  CHECK(text == "relayrules origin 1\ndatabase " + hash +
                    "\nserial 2026112901\nnot-after 2026-12-31T00:00:00Z\nsource " + other_hash + " tcp.smtp\nsource " +
                    hash + " with a blank\nend\n");
  const auto read = cdb::parse_origin(text);
  REQUIRE(read);
  CHECK(cdb::format_origin(*read) == text);
  CHECK(read->serial == 2026112901U);
  CHECK(read->not_after == 1798675200);
  CHECK(read->sources[1].path == "with a blank");
}

TEST_CASE("an origin without a serial and a last day has none, and the name of a file begins no line") {
  const std::string text = cdb::format_origin({hash, {}, {}, {{"a\nserial 9\nb", hash}}});
  CHECK(text == "relayrules origin 1\ndatabase " + hash + "\nsource " + hash + " a\\x0aserial 9\\x0ab\nend\n");
  const auto read = cdb::parse_origin(text);
  REQUIRE(read);
  CHECK_FALSE(read->serial);
  CHECK_FALSE(read->not_after);
}

TEST_CASE("what is cut, added to or out of order is no origin") {
  const std::string good = cdb::format_origin({hash, 7, 1798675200, {{"tcp.smtp", hash}}});
  REQUIRE(cdb::parse_origin(good));
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(cdb::parse_origin(good.substr(0, size)));
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string text = good;
    return text.replace(text.find(what), what.size(), instead);
  };
  for (const std::string& text :
       {good + "\n", good + good, with("origin 1", "origin 2"), with("serial 7", "serial -7"),
        with("serial 7", "serial 7 "), with("serial 7", "serial 1000000000000000000"), with("serial 7", "serial "),
        with("serial 7\n", "serial 7\nserial 8\n"), with("2026-12-31", "2026-13-31"), with("database a", "database A"),
        with(" tcp.smtp", ""), with("source ", "source  "), with("database ", "Database ")}) {
    INFO(text);
    CHECK_FALSE(cdb::parse_origin(text));
  }
}

TEST_CASE("times are written one way only") {
  CHECK(format_utc(0) == "1970-01-01T00:00:00Z");
  CHECK(parse_utc("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_utc("2026-02-28T23:59:59Z") == 1772323199);
  CHECK(parse_utc("9999-12-31T23:59:59Z") == 253402300799);
  for (const char* wrong :
       {"", "2026-02-29T00:00:00Z", "2026-2-28T00:00:00Z", "2026-02-28T24:00:00Z", "2026-02-28", "2026-02-28T00:00:60Z",
        "2026-02-28T00:00:00", "2026-02-28T00:00:00z", " 2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z ",
        "2026-02-28 00:00:00Z", "1969-12-31T23:59:59Z", "now", "10000-01-01T00:00:00Z"})
    CHECK_FALSE(parse_utc(wrong));
}

}  // namespace core
