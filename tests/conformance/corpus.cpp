// Every real rule file of the corpus through both compilers. The corpus lies beside the project and is no part of it;
// where it is missing this test says so.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "conformance/original.hpp"

namespace core::conformance {
namespace {

std::vector<std::string> corpus_files() {
  const char* given = std::getenv("RELAYRULES_CORPUS");
  const std::filesystem::path folder = given != nullptr ? given : RELAYRULES_SOURCE_DIR "/../shared/corpus";
  std::vector<std::string> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("every file of the corpus, of whatever format, compiles to the same bytes or fails with the same words") {
  if (!have_original("tcprules") || !have_ours("tcprules")) return;
  const auto files = corpus_files();
  if (files.empty()) {
    // not a skip that CI counts: the corpus is not part of a clone
    std::cout << "\nNOT TESTED: there is no corpus of real files (../shared/corpus, or RELAYRULES_CORPUS)\n";
    return;
  }
  Compilers compilers;
  unsigned compiled = 0;
  for (const std::string& path : files) {
    const auto pair = compilers.compile(read_file(path).value());
    INFO(path << '\n' << format_pair(pair));
    CHECK(pair.equal());
    if (pair.original.outcome.exit_code == 0) ++compiled;
  }
  WARN(files.size() << " real files, " << compiled << " of them compile");
}

}  // namespace core::conformance
