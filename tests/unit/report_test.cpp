// Reports: columns under characters that take more bytes than columns, and what is folded.
#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "report/clients_json.hpp"
#include "report/place.hpp"
#include "report/text.hpp"

namespace core {
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

TEST_CASE("bytes that are no UTF-8 are shown in JSON as U+FFFD, each of them, and none is left out") {
  CHECK(format_json(Json("a\xff\xfe"
                         "b \xe9 c\xc3\xa9")) == "\"a\ufffd\ufffdb \ufffd c\xc3\xa9\"\n");
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

TEST_CASE("what the lines of a file lack that is none of ours is told once") {
  Sources sources;
  const Source* foreign = sources.add("foreign", "aaaa");
  const FindingKind wrong = {"RR121", "wrong-format", Severity::warning};
  Findings findings;
  for (std::size_t i = 0; i < 4; ++i) findings.add(kind, foreign->span_of(foreign->text().substr(i, 1)), "bad");
  findings.add(wrong, foreign->span_of(foreign->text().substr(0, 1)), "of another program");
  TextStyle style;
  style.fold_after = 2;
  CHECK(format_findings(findings, sources, style).find("and 3 more like this") != std::string::npos);
  style.fold_after = 0;
  CHECK(format_findings(findings, sources, style).find("more like this") == std::string::npos);
}

TEST_CASE("advice names the worst finding's check, and counts the repairs") {
  Findings findings;
  CHECK(format_advice(findings).empty());
  findings.add(other, {}, "odd");
  CHECK(format_advice(findings).empty());
  findings.add(kind, {}, "bad");
  CHECK(format_advice(findings) == "'relayrules explain some-check' tells more");
  findings.add(kind, {}, "bad").with_fix({}, "good");
  CHECK(format_advice(findings) == "'relayrules explain some-check' tells more; --fix makes 1 repair, --diff shows it");
  findings.add(kind, {}, "bad").with_fix({}, "good");
  CHECK(format_advice(findings) ==
        "'relayrules explain some-check' tells more; --fix makes 2 repairs, --diff shows them");
}

namespace {

/// The line and the underline for the bytes [begin, end) of `line`.
std::string excerpt(std::string_view line, std::size_t begin, std::size_t end) {
  Sources sources;
  const Source* source = sources.add("f", line);
  Findings findings;
  findings.add(kind, source->span_of(source->text().substr(begin, end - begin)), "m");
  const std::string text = format_findings(findings, sources, {});
  return text.substr(text.find('\n') + 1);
}

std::string lines(const std::string& shown, std::size_t indent, std::size_t width) {
  return "     1 | " + shown + "\n       | " + std::string(indent, ' ') + "^" + std::string(width - 1, '~') + "\n";
}

}  // namespace

TEST_CASE("the underline stands under the right columns, whatever the characters") {
  CHECK(excerpt("ab:cd", 3, 5) == lines("ab:cd", 3, 2));
  CHECK(excerpt("b\xc3\xbcro:x", 6, 7) == lines("b\xc3\xbcro:x", 5, 1));
  CHECK(excerpt("\xe4\xbd\xa0\xe5\xa5\xbd:x", 0, 6) == lines("\xe4\xbd\xa0\xe5\xa5\xbd:x", 0, 4));
  CHECK(excerpt("\xe4\xbd\xa0\xe5\xa5\xbd:x", 7, 8) == lines("\xe4\xbd\xa0\xe5\xa5\xbd:x", 5, 1));
  CHECK(excerpt("e\xcc\x81:x", 4, 5) == lines("e\xcc\x81:x", 2, 1));                // a combining accent
  CHECK(excerpt("\xd7\xa9\xd6\xb8:x", 5, 6) == lines("\xd7\xa9\xd6\xb8:x", 2, 1));  // a Hebrew point
  CHECK(excerpt("\xf0\x9f\x93\xac:x", 5, 6) == lines("\xf0\x9f\x93\xac:x", 3, 1));  // a letter box
  CHECK(excerpt("\xef\xbb\xbf"
                "10.:x",
                7, 8) == lines("\\xef\\xbb\\xbf"
                               "10.:x",
                               16, 1));  // a byte order mark
  CHECK(excerpt("\ta\tb", 3, 4) == lines(" a b", 3, 1));
  CHECK(excerpt("a\xff\x01:x", 4, 5) == lines("a\\xff\\x01:x", 10, 1));
  CHECK(excerpt("\xc2\x9b:x", 3, 4) == lines("\\xc2\\x9b:x", 9, 1));
  CHECK(excerpt("ab", 2, 2) == lines("ab", 2, 1));
}

TEST_CASE("a place inside a character marks the whole character") {
  CHECK(excerpt("x\xe2\x80\x9dy", 2, 4) == lines("x\xe2\x80\x9dy", 1, 1));
  CHECK(excerpt("x\xe2\x80\x9dy", 1, 2) == lines("x\xe2\x80\x9dy", 1, 1));
  CHECK(excerpt("x\xe2\x80y", 2, 3) == lines("x\\xe2\\x80y", 5, 4));  // no character
}

TEST_CASE("a long line is cut around the place, never inside a character") {
  std::string line;
  for (int i = 0; i < 400; ++i) line += "\xe4\xbd\xa0";
  for (const std::size_t at : {std::size_t{0}, std::size_t{150}, std::size_t{600}, line.size() - 3}) {
    const std::string shown = excerpt(line, at, at + 3);
    INFO(at << "\n" << shown);
    CHECK(shown.find("\\x") == std::string::npos);
    CHECK(shown.find("^~\n") != std::string::npos);
    CHECK(shown.size() < 500);
  }
}

}  // namespace core
