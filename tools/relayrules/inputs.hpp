// The files of a command line: those that it names, and those that lie in the folders that it names.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"

namespace core {

struct Inputs {
  std::vector<std::string> files;    ///< in the order of the command line, those of a folder sorted by path; none twice
  std::vector<std::string> skipped;  ///< files of folders that are no rule files
  std::vector<SystemError> failures;  ///< also rule files, by their names, that may not be read: see FileReach
  std::vector<SystemError> left;      ///< other links that lead out of a folder
  bool has_folder = false;
};

/// Walks the folders among `paths`, to the bottom, without hidden files and folders and without following links to
/// folders. What the user named himself is in `files` whatever it is. With `any_format`, so is every file of a folder
/// that is no CDB. Tells `reach` what was found.
[[nodiscard]] Inputs find_inputs(const std::vector<std::string>& paths, bool any_format, FileReach& reach);

}  // namespace core
