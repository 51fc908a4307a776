// Reports: columns under characters that take more bytes than columns, and what is folded.
#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "report/place.hpp"
#include "report/text.hpp"

namespace relayrules {
namespace {

const FindingKind kind{"RR001", "some-check", Severity::warning};
const FindingKind other{"RR002", "other-check", Severity::note};

}  // namespace

TEST_CASE("characters are counted as a reader shows them, bytes that are no UTF-8 one by one") {
  CHECK(count_characters("") == 0);
  CHECK(count_characters("abc") == 3);
  CHECK(count_characters("b\xc3\xbcro") == 4);
  CHECK(count_characters("\xe4\xbd\xa0\xf0\x9f\x93\xac") == 2);
  CHECK(count_characters("e\xcc\x81") == 2);  // a combining accent is a code point of its own
  CHECK(count_characters("\xff\xc3\xe4\xbd") == 4);
}

TEST_CASE("places for other programs count characters, ours count bytes") {
  Sources sources;
  sources.add("one", "x\n");
  const Source* source = sources.add("tcp.smtp",
                                     "# \xe4\xbd\xa0\n\xc3\xbc\xff"
                                     "abc:\n");
  const auto place = character_place(sources, source->span_of(source->text().substr(9, 3)));
  REQUIRE(place.has_value());
  CHECK(place->file == "tcp.smtp");
  CHECK(place->line == 2);
  CHECK(place->column == 3);
  CHECK(place->end_line == 2);
  CHECK(place->end_column == 6);
  CHECK(sources.position(source->base() + 9).column == 4);
  CHECK(!character_place(sources, {4000, 4001}).has_value());
}

TEST_CASE("findings that repeat in one file are folded, others are not") {
  Sources sources;
  const Source* first = sources.add("first", "aaaaaaaa");
  const Source* second = sources.add("second", "b");
  Findings findings;
  for (std::size_t i = 0; i < 8; ++i) findings.add(kind, first->span_of(first->text().substr(i, 1)), "bad");
  findings.add(other, first->span_of(first->text().substr(7, 1)), "odd");
  findings.add(kind, second->span_of(second->text()), "bad");
  TextStyle style;
  style.fold_after = 2;
  CHECK(format_findings(findings, sources, style) ==
        "first:1:1: warning: bad [RR001 some-check]\n     1 | aaaaaaaa\n       | ^\n\n"
        "first:1:2: warning: bad [RR001 some-check]\n     1 | aaaaaaaa\n       |  ^\n\n"
        "and 6 more like this (RR001 some-check); --all shows them\n\n"
        "first:1:8: note: odd [RR002 other-check]\n     1 | aaaaaaaa\n       |        ^\n\n"
        "second:1:1: warning: bad [RR001 some-check]\n     1 | b\n       | ^\n");
  style.fold_after = 8;
  CHECK(format_findings(findings, sources, style).find("more like this") == std::string::npos);
  style.notes = false;
  CHECK(format_findings(findings, sources, style).find("odd") == std::string::npos);
}

}  // namespace relayrules
