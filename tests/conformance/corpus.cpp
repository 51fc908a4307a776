// Every file of our corpus, and of a larger collection where there is one, through both compilers.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "conformance/original.hpp"
#include "corpora.hpp"

namespace core::conformance {
namespace {

std::vector<std::string> corpus_files() {
  std::vector<std::string> files;
  for (const auto& folder : testing::corpora())
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("every file of the corpus, of whatever format, compiles to the same bytes or fails with the same words") {
  if (!have_original("tcprules") || !have_ours("tcprules")) return;
  const auto files = corpus_files();
  Compilers compilers;
  unsigned compiled = 0;
  for (const std::string& path : files) {
    const auto pair = compilers.compile(read_file(path).value());
    INFO(path << '\n' << format_pair(pair));
    CHECK(pair.equal());
    if (pair.original.outcome.exit_code == 0) ++compiled;
  }
  CHECK(compiled >= 12);
  WARN(files.size() << " files, " << compiled << " of them compile");
}

}  // namespace core::conformance
