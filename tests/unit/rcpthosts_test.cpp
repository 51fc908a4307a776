// The rcpthosts format: what is an entry, what is cut, and what is said of CRs and NULs. notqmail's control_readfile is
// the judge.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "model/format.hpp"

namespace core {
namespace {

struct Parsed {
  Sources sources;
  DestinationList list;
  Findings findings;
};

void parse(Parsed& parsed, std::string_view text, Reading reading = Reading::strict, const char* name = "rcpthosts") {
  find_format("rcpthosts")->parse_destinations(*parsed.sources.add(name, text), reading, parsed.list, parsed.findings);
}

/// "[name]" for each entry.
std::string names(const Parsed& parsed) {
  std::string text;
  for (const Destination& entry : parsed.list.entries()) text += "[" + entry.name + "]";
  return text;
}

TEST_CASE("entries are lines in lower case without the blanks at their end") {
  Parsed parsed;
  parse(parsed, "Example.COM\n.Sub.example.net \t\n# comment\n\n \n last.example\n");
  CHECK(parsed.findings.empty());
  CHECK(names(parsed) == "[example.com][.sub.example.net][ last.example]");
  CHECK(parsed.list.format == "rcpthosts");
  CHECK(parsed.sources.text(parsed.list.entries()[1].span) == ".Sub.example.net");
  CHECK(parsed.sources.text(parsed.list.entries()[2].span) == " last.example");
  CHECK(parsed.list.accepts("example.com"));
  CHECK(parsed.list.accepts("a.sub.example.net"));
  CHECK_FALSE(parsed.list.accepts("sub.example.net"));
  CHECK_FALSE(parsed.list.accepts("last.example"));
}

TEST_CASE("an empty file and one of comments have no entries") {
  for (const char* text : {"", "\n\n", "# x\n#y\n", "  \t \n"}) {
    Parsed parsed;
    parse(parsed, text);
    CHECK(parsed.findings.empty());
    CHECK(parsed.list.entries().empty());
  }
}

TEST_CASE("CR LF is one error for the file, whose repair strips every CR") {
  Parsed parsed;
  parse(parsed, "a.example\r\n\r\nb.example\n c.example \r\n# d\r\n");
  REQUIRE(parsed.findings.all().size() == 1);
  const Finding& finding = parsed.findings.all().front();
  CHECK(finding.message.text(parsed.sources) ==
        "the line ends in CR LF: qmail takes the CR for a part of the domain, which then never matches");
  CHECK(finding.kind->name == "carriage-return");
  CHECK(parsed.sources.position(finding.span.begin).line == 1);
  CHECK(parsed.sources.position(finding.span.begin).column == 10);
  REQUIRE(finding.fix.size() == 4);
  for (const Edit& edit : finding.fix) CHECK(parsed.sources.text(edit.span) == "\r");
  CHECK(names(parsed) == "[a.example][b.example][ c.example]");
}

TEST_CASE("a NUL splits an entry in two, which is an error") {
  Parsed parsed;
  parse(parsed, std::string_view("a.example\nb.example\0.com\n", 25));
  REQUIRE(parsed.findings.all().size() == 1);
  CHECK(parsed.findings.all().front().message.text(parsed.sources) ==
        "a NUL byte in 'b.example\\x00.com': qmail takes what is behind it for another domain");
  CHECK(parsed.findings.all().front().kind->name == "control-character");
  CHECK(names(parsed) == "[a.example]");
}

TEST_CASE(
    "read faithfully, entries are what qmail has: a CR stays, a NUL splits, a line that begins with one is dropped") {
  using namespace std::string_view_literals;
  constexpr auto text = "a.example\r\nb.example\0\0.com\n\0c.example\nd.example\0\n"sv;
  Parsed parsed;
  parse(parsed, text, Reading::faithful);
  CHECK(names(parsed) == "[a.example\r][b.example][.com][d.example]");
  CHECK(parsed.sources.text(parsed.list.find("x.com")->span) == ".com");
  CHECK(parsed.list.find("a.example") == nullptr);
  CHECK(parsed.findings.all().size() == 4);
  // qmail-newmrh
  Parsed more;
  parse(more, text, Reading::faithful, "control/morercpthosts");
  CHECK(names(more) == std::string("[a.example\r][b.example\0\0.com][\0c.example][d.example\0]"sv));
}

TEST_CASE("what is found is the name itself, then the longest suffix, and the first of several alike") {
  DestinationList list;
  std::uint32_t place = 0;
  for (const char* name : {".com", ".example.com", "a.example.com", "a.example.com", "."})
    list.add({name, {++place, 0}});
  const auto found = [&](std::string_view domain) {
    const Destination* entry = list.find(domain);
    return entry == nullptr ? "none" : fmt::format("{} {}", entry->span.begin, entry->name);
  };
  CHECK(found("a.example.com") == "3 a.example.com");
  CHECK(found("b.a.example.com") == "2 .example.com");
  CHECK(found("example.com") == "1 .com");
  CHECK(found(".com") == "1 .com");
  CHECK(found("net.") == "5 .");
  CHECK(found("com") == "none");
  CHECK(found("") == "none");
}

TEST_CASE("only rcpthosts and morercpthosts are recognised by name") {
  CHECK(detect_format("/var/qmail/control/rcpthosts", "").format()->name == "rcpthosts");
  CHECK(detect_format("morercpthosts", "").format()->name == "rcpthosts");
  CHECK(detect_format("locals", "").format() == nullptr);
}

}  // namespace
}  // namespace core
