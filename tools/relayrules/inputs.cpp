// Walking folders: see inputs.hpp. In a folder lies what nobody meant as rules, so that a file must be recognised with more
// certainty than one that was named: "key: value" is a line of hosts_access, but of many other files, too.
#include "inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.hpp"
#include "load.hpp"
#include "model/format.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// Enough to reach the first rule behind a long comment.
constexpr std::size_t head_bytes = 65536;

bool is_rule_file(const std::string& path) {
  if (is_database(path)) return false;
  if (detect_format_by_name(path) != nullptr) return true;
  const Format* format = detect_format(path, read_head(path, head_bytes));
  return format != nullptr && format->name != "hosts_access";
}

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

/// Adds all regular files below `folder`. A folder in it that cannot be read does not keep the others from being read.
void add_files_below(const fs::path& folder, std::vector<std::string>& files, Inputs& inputs) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (is_hidden(entry->path())) continue;
    if (entry->is_regular_file(ignored)) files.push_back(entry->path().string());
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) add_files_below(entry->path(), files, inputs);
  }
  if (error) inputs.failures.push_back({"read the folder", folder.string(), error.value(), {}});
}

}  // namespace

Inputs find_inputs(const std::vector<std::string>& paths, bool any_format) {
  Inputs inputs;
  std::set<std::string> known;
  const auto add = [&](const std::string& path, std::vector<std::string>& list) {
    if (known.insert(fs::path(path).lexically_normal().string()).second) list.push_back(path);
  };
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (path == "-" || !fs::is_directory(path, ignored)) {
      add(path, inputs.files);
      continue;
    }
    inputs.has_folder = true;
    std::vector<std::string> files;
    const std::size_t failures = inputs.failures.size();
    add_files_below(path, files, inputs);
    std::sort(files.begin(), files.end());
    bool found = false;
    for (const std::string& file : files) {
      const bool wanted = any_format ? !is_database(file) : is_rule_file(file);
      add(file, wanted ? inputs.files : inputs.skipped);
      found = found || wanted;
    }
    // what was not looked at is not free of findings
    if (!found && inputs.failures.size() == failures)
      inputs.failures.push_back({"check the folder", path, ENOENT, "no rule file is in it"});
  }
  return inputs;
}

}  // namespace core
