// Files of patterns, "/file" in hosts.allow: all their words stand for the one that names them.
#include <catch2/catch.hpp>
#include <map>

#include "hosts_reading.hpp"

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

TEST_CASE("a file of patterns stands for all patterns in it") {
  const std::map<std::string, std::string> files = {
      {"/l", "10. a,b\n# EXCEPT"}, {"/nested", "11. /l"}, {"/loop", "/nested /loop 12."}};
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
  CHECK(
      read_with_files("d : 9. /nested\n") ==
      "1:8 '/nested' in '/l': 'a,b' is no address, net or host name [RR109 bad-pattern]; only blanks separate the "
      "words "
      "of such a file\n"
      "1:8 '/nested' in '/l': '#' does not begin a comment here: libwrap reads it and each word behind it as a client "
      "pattern [RR117 comment-in-rule]; a comment is a line of its own that begins with '#' in the first column\n"
      "1:8 '/nested' in '/l': 'EXCEPT' is taken for a host name here [RR109 bad-pattern]\n"
      "d,'9.' allow\nd,'11.' allow\nd,'10.' allow\nd,'=a,b' allow\nd,'=#' allow\nd,'=except' allow\n");
  CHECK(read_with_files("d : /missing\n") ==
        "1:5 '/missing' the patterns of '/missing' are not known: cannot read '/missing': No such file or directory "
        "[RR116 pattern-file]; libwrap goes on as if it were empty\n");
  CHECK(read_with_files("d : /loop\n").find("it names itself, and libwrap crashes") != std::string::npos);
}

}  // namespace
}  // namespace core
