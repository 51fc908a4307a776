// Scope::each_file: every rule file on its own, those that are named and those that lie in folders.
#pragma once

#include <string>
#include <vector>

#include "site/read_site.hpp"

namespace core {

/// Reads the files and walks the folders among `paths`, to the bottom, without hidden files and folders and without following links
/// to folders. What the user named himself is read whatever it is; where a format is named, so is every file of a folder
/// that is no CDB. Two halves of one table are one policy, and rules are held against the database beside them.
void read_each_file(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                    Findings& findings);

}  // namespace core
