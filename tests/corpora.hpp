// The collections of rule files that tests go through: our own in tests/corpus, always, and a larger one of real files
// (RELAYRULES_CORPUS, or corpus in a folder beside the source tree) where there is one. That one is no part of the
// project: its files belong to their authors.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace core::testing {

/// The folders named `folder`: our own, which must be there, and the other one if it is.
inline std::vector<std::filesystem::path> collections(const char* variable, const std::string& own,
                                                      const std::string& beside) {
  const std::filesystem::path source = RELAYRULES_SOURCE_DIR;
  std::vector<std::filesystem::path> folders = {source / "tests" / own};
  const char* given = std::getenv(variable);
  const std::filesystem::path other = given != nullptr ? given : source.parent_path() / "shared" / beside;
  if (std::filesystem::is_directory(other)) folders.push_back(other);
  return folders;
}

/// Rule files by format, with LABELS.tsv.
inline std::vector<std::filesystem::path> corpora() { return collections("RELAYRULES_CORPUS", "corpus", "corpus"); }
/// Rule files with decisions, by format: hosts_access.jsonl.
inline std::vector<std::filesystem::path> judged_decisions() {
  return collections("RELAYRULES_JUDGED", "corpus/judged", "judged");
}

}  // namespace core::testing
