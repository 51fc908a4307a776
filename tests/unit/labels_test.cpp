// Real files and what a good checker says about them: the labels beside the corpus hold.
//
// The corpus is not part of the project (its files belong to their authors): its folder is RELAYRULES_CORPUS, or
// ../shared/corpus beside the source tree. Where it is missing this test says so and passes.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "reading.hpp"

using namespace core;
using core::testing::check_text;
using core::testing::CheckedText;
using core::testing::read_text;

namespace {

std::filesystem::path corpus_folder() {
  if (const char* folder = std::getenv("RELAYRULES_CORPUS")) return folder;
  return std::filesystem::path(RELAYRULES_SOURCE_DIR).parent_path() / "shared/corpus";
}

/// True when one of "a|b" is in `names`.
bool has_one_of(const std::set<std::string>& names, const std::string& alternatives) {
  std::istringstream words(alternatives);
  for (std::string name; std::getline(words, name, '|');)
    if (names.count(name) != 0) return true;
  return false;
}

void check_labels(const std::filesystem::path& file, const std::string& labels) {
  const auto text = read_text(file.string());
  REQUIRE(text.has_value());
  const CheckedText checked = check_text(file.string(), *text);
  if (!checked.known) {
    WARN(file.string() << ": no format of this build reads it");
    return;
  }
  INFO(file.string() << "\n" << checked.listing());
  if (labels == "clean") {
    CHECK(checked.names(Severity::warning).empty());
    return;
  }
  std::istringstream wanted(labels);
  for (std::string alternatives; std::getline(wanted, alternatives, ',');) {
    INFO("expected: " << alternatives);
    CHECK(has_one_of(checked.names(), alternatives));
  }
}

void check_label_file(const std::filesystem::path& folder) {
  const auto table = read_text((folder / "LABELS.tsv").string());
  if (!table) {
    WARN("no labelled files: " << (folder / "LABELS.tsv").string() << " is not there (set RELAYRULES_CORPUS)");
    return;
  }
  std::istringstream lines(*table);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    if (line.empty() || line.front() == '#' || tab == std::string::npos) continue;
    check_labels(folder / line.substr(0, tab), line.substr(tab + 1));
  }
}

}  // namespace

TEST_CASE("labelled files from public repositories give what their labels say") { check_label_file(corpus_folder()); }

TEST_CASE("short files with one known mistake each give it") { check_label_file(corpus_folder() / "practice"); }
