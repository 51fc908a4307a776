// Findings: their order, and the quoting of the user's bytes inside messages that a terminal will show.
#include "base/finding.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <tuple>

namespace core {
namespace {

const FindingKind early{"RR001", "early", Severity::warning};
const FindingKind late{"RR002", "late", Severity::error};

}  // namespace

TEST_CASE("quoted shows what is safe and escapes what is not") {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> cases[] = {
      {"", "''"},
      {"plain text", "'plain text'"},
      {"b\xc3\xbcro", "'b\xc3\xbcro'"},
      {"\xe2\x82\xac", "'\xe2\x82\xac'"},
      {"\xf0\x9f\x93\xac", "'\xf0\x9f\x93\xac'"},
      {"a\tb\nc\r", "'a\\x09b\\x0ac\\x0d'"},
      {"\0"s, "'\\x00'"},
      {"\x1b[31m", "'\\x1b[31m'"},
      {"\x7f", "'\\x7f'"},
      {"\xff", "'\\xff'"},
      {"\xc3", "'\\xc3'"},                             // cut short
      {"\xc0\xaf", "'\\xc0\\xaf'"},                    // overlong
      {"\xe0\x80\x80", "'\\xe0\\x80\\x80'"},           // overlong
      {"\xed\xa0\x80", "'\\xed\\xa0\\x80'"},           // surrogate
      {"\xf4\x90\x80\x80", "'\\xf4\\x90\\x80\\x80'"},  // above U+10FFFF
      {"\xc2\x9b", "'\\xc2\\x9b'"},                    // C1: moves a terminal's cursor
      {"\x80", "'\\x80'"},
      {"a\xc2\xa0", "'a\\xc2\\xa0'"},                  // a blank that is none
      {"\xe2\x80\xae", "'\\xe2\\x80\\xae'"},           // turns the direction of writing
      {"\xef\xbb\xbf", "'\\xef\\xbb\\xbf'"},           // invisible
      {"\xf3\xa0\x81\x81", "'\\xf3\\xa0\\x81\\x81'"},  // a tag
      {"\xe2\x80\x90\xe2\x80\xa7", "'\xe2\x80\x90\xe2\x80\xa7'"},
  };
  for (const auto& [text, expected] : cases) CHECK(core::quoted(text) == expected);
}

TEST_CASE("printable is quoted without quotes and with blanks for tabs, and what is printable stays") {
  CHECK(printable("a\tb\nc\xff") == "a b\\x0ac\\xff");
  CHECK(printable(printable("a\tb\nc\xff")) == "a b\\x0ac\\xff");
  CHECK(printable("::error ::x") == "\\x3a:error ::x");
  CHECK(printable(" \t::Add-Mask::x") == "  \\x3a:Add-Mask::x");
  CHECK(printable("::error x") == "\\x3a:error x");
  CHECK(printable("::1") == "::1");
  CHECK(printable("::ffff:1.2.3.4") == "::ffff:1.2.3.4");
  CHECK(printable("# ##[error]x#[y]") == "# ##\\x5berror]x#[y]");
  CHECK(printable_lines("a\tb\r\nc\x1b\n") == "a\tb\\x0d\nc\\x1b\n");
}

TEST_CASE("quoted cuts long text, never inside a character") {
  CHECK(core::quoted("abcdef", 3) == "'abc...'");
  CHECK(core::quoted("abc", 3) == "'abc'");
  CHECK(core::quoted("a\xc3\xbc\xc3\xbc", 2) == "'a\xc3\xbc...'");
  CHECK(core::quoted(std::string(200, 'x')) == "'" + std::string(60, 'x') + "...'");
}

TEST_CASE("findings are sorted by place, then by code, and equal ones stay once") {
  Findings findings;
  findings.add(late, {5, 6}, "second");
  findings.add(early, {5, 6}, "first");
  findings.add(late, {1, 2}, "at the top");
  findings.add(late, {5, 6}, "second");
  findings.sort(Sources());
  REQUIRE(findings.all().size() == 3);
  CHECK(findings.all()[0].message.text(Sources()) == "at the top");
  CHECK(findings.all()[1].message.text(Sources()) == "first");
  CHECK(findings.all()[2].message.text(Sources()) == "second");
  CHECK(findings.count(Severity::error) == 2);
  CHECK(findings.count(Severity::warning) == 1);
  CHECK(findings.has_errors());
}

TEST_CASE("a sorted list is the one that a stable sort gives, whatever the order was") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Findings findings;
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::string_view, std::string>> expected;
    for (unsigned i = 0; i < random() % 40; ++i) {
      const auto begin = static_cast<std::uint32_t>(random() % 6);
      const Span span = {begin, begin + static_cast<std::uint32_t>(random() % 3)};
      const FindingKind& kind = random() % 2 == 0 ? early : late;
      const std::string message = random() % 2 == 0 ? "a" : "b";
      findings.add(kind, span, message);
      expected.emplace(span.begin, span.end, kind.code, message);
    }
    findings.sort({});
    REQUIRE(findings.all().size() == expected.size());
    auto next = expected.begin();
    for (const Finding& finding : findings.all())
      CHECK(std::tuple(finding.span.begin, finding.span.end, finding.kind->code, finding.message.text({})) == *next++);
  }
}

TEST_CASE("words are text, or made of the places that they are about") {
  Sources sources;
  const Source* source = sources.add("tcp.smtp", "10.:allow\n");
  const Span place = source->span_of(source->text().substr(0, 3));
  const Words later = [place, count = 3](const Sources& texts) {
    return std::string(texts.text(place)) + " " + std::to_string(count);
  };
  CHECK(later.text(sources) == "10. 3");
  CHECK_FALSE(later.empty());
  CHECK(Words().empty());
  CHECK(Words(std::string()).empty());
  CHECK_FALSE(Words("a").empty());
  CHECK(Words(std::string("a")).text(sources) == "a");
}

TEST_CASE("a finding has the severity of its kind, and says it by name") {
  Findings findings;
  CHECK(findings.add(early, {}, "").severity == Severity::warning);
  CHECK(severity_name(Severity::error) == "error");
  CHECK(severity_name(Severity::warning) == "warning");
  CHECK(severity_name(Severity::note) == "note");
}

}  // namespace core
