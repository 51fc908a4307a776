// Golden cases of the formats, found by listing tests/formats/FORMAT/: NAME.in is read, NAME.out holds the findings and
// NAME.dump what was understood. What was understood is printed and read again, and must be the same. A new case is its
// input and two files that somebody has looked at; RELAYRULES_UPDATE=1 writes them.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/dump.hpp"
#include "model/format.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string findings_text(Findings& findings, const Sources& sources) {
  findings.sort(sources);
  std::string text;
  for (const Finding& finding : findings.all()) {
    const Position position = sources.position(finding.span.begin);
    text += fmt::format("{}:{}: {}: {} [{} {}]\n", position.line, position.column, severity_name(finding.severity),
                        finding.message.text(sources), finding.kind->code, finding.kind->name);
  }
  return text;
}

void compare_with_file(const fs::path& path, const std::string& actual) {
  if (std::getenv("RELAYRULES_UPDATE") != nullptr) std::ofstream(path) << actual;
  CHECK(read_text(path) == actual);
}

void check_round_trip(const Format& format, const Policy& policy) {
  if (format.print == nullptr || !policy.complete) return;
  const auto printed = format.print(policy);
  if (!printed) return;
  Policy again = new_policy(format);
  Findings findings;
  format.parse(Source("again", *printed, 0), {}, again, findings);
  CHECK(dump(again) == dump(policy));
  CHECK(format.print(again) == printed);
}

void check_case(const Format& format, const fs::path& input) {
  Sources sources;
  Findings findings;
  const Source* source = sources.add(input.string(), read_text(input));
  std::string understood;
  if (format.parse != nullptr) {
    Policy policy = new_policy(format);
    format.parse(*source, {}, policy, findings);
    understood = dump(policy);
    check_round_trip(format, policy);
  } else {
    DestinationList list;
    format.parse_destinations(*source, Reading::strict, list, findings);
    understood = dump(list);
  }
  compare_with_file(fs::path(input).replace_extension(".out"), findings_text(findings, sources));
  compare_with_file(fs::path(input).replace_extension(".dump"), understood);
}

}  // namespace

TEST_CASE("every format reads its golden cases as recorded, and prints what it reads back") {
  const fs::path root = fs::path(RELAYRULES_SOURCE_DIR) / "tests/formats";
  for (const Format* format : all_formats()) {
    std::size_t cases = 0;
    INFO("format " << format->name);
    REQUIRE(fs::is_directory(root / format->name));
    for (const auto& entry : fs::directory_iterator(root / format->name)) {
      if (entry.path().extension() != ".in") continue;
      CAPTURE(entry.path().string());
      check_case(*format, entry.path());
      ++cases;
    }
    CHECK(cases > 0);
  }
}

}  // namespace core
