// Unified diffs: whole answers for small texts; for random ones the real patch makes the new text of the old one.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "report/unified_diff.hpp"
#include "small_world.hpp"

namespace core {
namespace {

std::string lines(std::initializer_list<const char*> list) {
  std::string text;
  for (const char* line : list) text += std::string(line) + "\n";
  return text;
}

/// What stands in `file` after the diff was applied by hand: an own small reading of the format, as strict as patch.
std::string applied(const std::string& text, const std::string& diff) {
  std::vector<std::string> old_lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    old_lines.push_back(text.substr(at, end - at));
    at = end;
  }
  std::string result;
  std::size_t next = 0;
  std::size_t at = diff.find("\n@@") + 1;
  while (at < diff.size() && at > 0) {
    const std::size_t end = diff.find('\n', at) + 1;
    std::string line = diff.substr(at, end - at);
    at = end;
    if (diff.substr(at).starts_with("\\ No newline")) {
      line.pop_back();
      at = diff.find('\n', at) + 1;
    }
    if (line.starts_with("@@ ")) {
      unsigned begin = 0;
      unsigned count = 1;
      std::sscanf(line.c_str(), "@@ -%u,%u", &begin, &count);
      for (const std::size_t until = count == 0 ? begin : begin - 1; next < until; ++next) result += old_lines.at(next);
      continue;
    }
    if (line.front() != '+' && old_lines.at(next++) != line.substr(1))
      FAIL("the diff's context is not what stands there");
    if (line.front() != '-') result += line.substr(1);
  }
  for (; next < old_lines.size(); ++next) result += old_lines[next];
  return result;
}

struct Random {
  std::mt19937 engine;
  unsigned next() { return static_cast<unsigned>(engine()); }
};

std::string random_text(Random& random, unsigned most, unsigned kinds) {
  std::string text;
  for (unsigned i = random.next() % (most + 1); i > 0; --i)
    text += "line " + std::to_string(random.next() % kinds) + "\n";
  if (random.next() % 4 == 0 && !text.empty()) text.pop_back();
  return text;
}

/// `text` with a few lines changed.
std::string edited(std::string text, Random& random) {
  for (unsigned i = random.next() % 4; i > 0 && !text.empty(); --i) {
    const std::size_t at = text.rfind('\n', random.next() % static_cast<unsigned>(text.size()));
    if (at == std::string::npos) continue;
    if (random.next() % 2 == 0)
      text.insert(at, "\nnew " + std::to_string(random.next() % 3));
    else
      text.erase(at, text.find('\n', at + 1) - at);
  }
  return text;
}

}  // namespace

TEST_CASE("equal texts have no diff") {
  CHECK(format_unified_diff("a\n", "a\n", "x", "y").empty());
  CHECK(format_unified_diff("", "", "x", "y").empty());
}

TEST_CASE("a changed line stands between three lines of context") {
  CHECK(format_unified_diff(lines({"1", "2", "3", "4", "5", "6", "7", "8", "9"}),
                            lines({"1", "2", "3", "4", "five", "6", "7", "8", "9"}), "old",
                            "new") == "--- old\n+++ old\t(new)\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST_CASE("changes that are near stand in one hunk, others in their own") {
  CHECK(format_unified_diff(lines({"a", "1", "2", "3", "4", "5", "6", "b"}), lines({"1", "2", "3", "4", "5", "6"}), "x",
                            "y") == "--- x\n+++ x\t(y)\n@@ -1,8 +1,6 @@\n-a\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n");
  CHECK(format_unified_diff(lines({"a", "1", "2", "3", "4", "5", "6", "7", "b"}),
                            lines({"1", "2", "3", "4", "5", "6", "7"}), "x", "y") ==
        "--- x\n+++ x\t(y)\n@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-b\n");
}

TEST_CASE("nothing, one line, and a missing line feed are written as diff writes them") {
  CHECK(format_unified_diff("", "a\n", "x", "y") == "--- x\n+++ x\t(y)\n@@ -0,0 +1 @@\n+a\n");
  CHECK(format_unified_diff("a\n", "", "x", "y") == "--- x\n+++ x\t(y)\n@@ -1 +0,0 @@\n-a\n");
  CHECK(format_unified_diff("a", "a\n", "x", "y") ==
        "--- x\n+++ x\t(y)\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
  CHECK(format_unified_diff("a\n", "b\n", "x\ny", "z") ==
        "--- \"x\\012y\"\n+++ \"x\\012y\"\t(z)\n@@ -1 +1 @@\n-a\n+b\n");
  CHECK(format_unified_diff("a\n", "b\n", "x y", "z") == "--- x y\t\n+++ x y\t(z)\n@@ -1 +1 @@\n-a\n+b\n");
}

TEST_CASE("a diff of random texts makes the new one of the old one") {
  Random random{std::mt19937(7)};
  for (std::uint32_t i = 0; i < small_world::rounds(20000); ++i) {
    const unsigned kinds = i % 3 == 0 ? 3 : i % 3 == 1 ? 10 : 1000;
    const std::string before = random_text(random, i % 40, kinds);
    const std::string after = i % 2 == 0 ? edited(before, random) : random_text(random, i % 40, kinds);
    CAPTURE(i, before, after);
    if (before != after && applied(before, format_unified_diff(before, after, "x", "y")) != after) FAIL("another text");
  }
}

TEST_CASE("the real patch makes the new text of the old one") {
  if (std::system("command -v patch >/dev/null") != 0) {
    WARN("SKIPPED: patch is not installed");
    return;
  }
  const auto folder =
      std::filesystem::temp_directory_path() / ("relayrules-diff." + std::to_string(std::random_device()()));
  std::filesystem::create_directory(folder);
  Random random{std::mt19937(11)};
  const std::string command = "cd " + folder.string() + " && patch -s -F0 old < diff";
  for (unsigned i = 0; i < 40; ++i) {
    const std::string before = random_text(random, 60, i % 2 == 0 ? 4 : 100);
    const std::string after = i % 4 == 0 ? random_text(random, 60, 4) : edited(before, random);
    if (before == after || before.empty() || after.empty()) continue;
    std::ofstream(folder / "old", std::ios::binary) << before;
    std::ofstream(folder / "diff", std::ios::binary) << format_unified_diff(before, after, "old", "new");
    CAPTURE(before, after);
    CHECK(std::system(command.c_str()) == 0);
    std::ifstream patched(folder / "old", std::ios::binary);
    CHECK(std::string(std::istreambuf_iterator<char>(patched), {}) == after);
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("a large text with few changes takes no longer than its length") {
  std::string before;
  for (unsigned i = 0; i < 200000; ++i) before += i % 3 == 0 ? "\n" : "line " + std::to_string(i) + "\n";
  std::string after = before;
  after.insert(after.find("line 100000\n"), "new\n");
  after.erase(after.find("line 500\n"), 9);
  CHECK(format_unified_diff(before, after, "x", "y").size() < 400);
}

}  // namespace core
