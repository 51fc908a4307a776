// Files of patterns, "/file" in hosts.allow: all their words stand for the one that names them.
#include <catch2/catch.hpp>
#include <map>

#include "hosts_reading.hpp"
#include "model/evaluate.hpp"

namespace core {
namespace {

TEST_CASE("files of patterns that name each other again and again are read up to a limit") {
  ParseOptions options;
  std::size_t files = 0;
  options.read_file = [&](const std::string& path) -> Result<std::string> {
    ++files;
    return path.size() < 40 ? path + "a " + path + "b" : "10.";
  };
  Parsed parsed;
  parsed.policy = new_policy(*find_format("hosts_access"));
  find_format("hosts_access")
      ->parse(*parsed.sources.add("hosts.allow", "d : /x\n"), options, parsed.policy, parsed.findings);
  CHECK(files == 1000);
  CHECK_FALSE(parsed.policy.complete);
  CHECK(parsed.findings.has_errors());
}

TEST_CASE("of a pattern that stands in a file only the place is told, and the clients that it means") {
  ParseOptions options;
  options.read_file = [](const std::string& path) -> Result<std::string> {
    return std::string(path == "/a" ? "10. secret.example\n\n.secret.example /b" : "11.\n[secret");
  };
  Policy policy = new_policy(*find_format("hosts_access"));
  Sources sources;
  Findings findings;
  const auto read = [&](const char* text) {
    find_format("hosts_access")->parse(*sources.add("hosts.allow", text), options, policy, findings);
  };
  read("d : 9.\n");
  read("d : 8. /a 12.\n");
  const auto matched = [&](const char* address, const char* name) {
    Trace trace;
    const Decision decision = evaluate(policy, {*parse_address(address), name, {}}, "d", &trace);
    CHECK(trace.back().asked == decision.matched);
    for (const TraceStep& step : trace) CHECK(step.asked.find("secret") == std::string::npos);
    return decision.matched;
  };
  CHECK(matched("9.1.1.1", "x") == "9.");
  CHECK(matched("8.1.1.1", "x") == "8.");
  CHECK(matched("10.1.1.1", "x") == "line 1 of '/a'");
  CHECK(matched("7.1.1.1", "secret.example") == "line 1 of '/a'");
  CHECK(matched("7.1.1.1", "a.secret.example") == "line 3 of '/a'");
  CHECK_FALSE(evaluate(policy, {*parse_address("7.1.1.1"), ".secret.example", {}}, "d").rule.has_value());
  CHECK(matched("11.1.1.1", "x") == "line 1 of the file in line 3 of '/a'");
  CHECK(matched("12.1.1.1", "x") == "12.");
  CHECK_FALSE(evaluate(policy, {*parse_address("7.1.1.1"), "x", {}}, "d").rule.has_value());
}

TEST_CASE("a file of patterns stands for all patterns in it") {
  const std::map<std::string, std::string> files = {{"/l", "10. a,b\n# EXCEPT"},
                                                    {"/nested", "11. /l"},
                                                    {"/loop", "/nested /loop 12."},
                                                    {"/leads", "10.\n\n  /secret/path"}};
  ParseOptions options;
  options.read_file = [&](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return SystemError{"read", path, ENOENT, {}};
    return found->second;
  };
  const auto read_with_files = [&](std::string_view text) {
    Parsed parsed;
    parsed.policy = new_policy(*find_format("hosts_access"));
    find_format("hosts_access")
        ->parse(*parsed.sources.add("hosts.allow", text), options, parsed.policy, parsed.findings);
    CHECK(parsed.policy.complete == !parsed.findings.has_errors());
    return show(parsed);
  };
  const auto told = [](const std::string& where, const std::string& kind) {
    return "1:8 '/nested' a pattern in " + where + " matches nobody, or not whom it seems to [" + kind +
           "]; what is in that file is not shown, for nobody named it; 'relayrules explain " + kind.substr(6) +
           "' tells what can be wrong; only blanks separate the words of such a file\n";
  };
  CHECK(read_with_files("d : 9. /nested\n") ==
        told("line 1 of the file in line 1 of '/nested'", "RR109 bad-pattern") +
            told("line 2 of the file in line 1 of '/nested'", "RR117 comment-in-rule") +
            told("line 2 of the file in line 1 of '/nested'", "RR109 bad-pattern") +
            "d,'9.' allow\nd,'11.' allow\nd,'10.' allow\nd,'a,b' allow\nd,'#' allow\nd,'except' allow\n");
  CHECK(read_with_files("d : /missing\n") ==
        "1:5 '/missing' the patterns of '/missing' are not known: No such file or directory [RR116 pattern-file]; "
        "libwrap goes on as if it were empty\n");
  CHECK(read_with_files("d : /leads\n") ==
        "1:5 '/leads' the patterns of the file in line 3 of '/leads' are not known: No such file or directory "
        "[RR116 pattern-file]; libwrap goes on as if it were empty\nd,'10.' allow\n");
  CHECK(read_with_files("d : /loop\n").find("it names itself, and libwrap crashes") != std::string::npos);
}

}  // namespace
}  // namespace core
