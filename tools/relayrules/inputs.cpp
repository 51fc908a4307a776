// Walking folders: see inputs.hpp. In a folder lies what nobody meant as rules: what is not proved to be some is skipped.
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

bool has_rule_name(const std::string& path) { return detect_format(path, {}).confidence == Confidence::by_name; }

bool is_rule_file(const std::string& path, const std::string& folder) {
  return has_rule_name(path) ||
         detect_format(path, read_head(path, head_bytes, folder)).confidence >= Confidence::by_content;
}

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

/// Adds all below `folder` but folders. A folder in it that cannot be read does not keep the others from being read.
void add_files_below(const fs::path& folder, std::vector<std::string>& files, Inputs& inputs) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (is_hidden(entry->path())) continue;
    if (!entry->is_directory(ignored) || entry->is_symlink(ignored))
      files.push_back(entry->path().string());
    else
      add_files_below(entry->path(), files, inputs);
  }
  if (error) inputs.failures.push_back({"read the folder", folder.string(), error.value(), {}});
}

/// What is no regular file of the folder is not read. That is said of links, and a failure where it would be a rule
/// file.
bool may_be_read(const std::string& file, const std::string& folder, bool any_format, Inputs& inputs) {
  std::error_code ignored;
  const auto opened = open_to_read(file, folder);
  const bool leads_out = !opened.ok() && opened.error().error == outside_folder;
  if (!leads_out && fs::is_regular_file(file, ignored)) return true;  // what cannot be opened fails when it is read
  if (opened.ok() || (!leads_out && fs::is_directory(file, ignored))) return false;
  const bool is_wanted = has_rule_name(file) || (any_format && leads_out);
  if (is_wanted || leads_out) (is_wanted ? inputs.failures : inputs.left).push_back(opened.error());
  return false;
}

}  // namespace

Inputs find_inputs(const std::vector<std::string>& paths, bool any_format, FileReach& reach) {
  Inputs inputs;
  std::set<std::string> known;
  const auto normal = [](const std::string& path) { return fs::path(path).lexically_normal().string(); };
  const auto add = [&](const std::string& path, std::vector<std::string>& list) {
    if (known.insert(normal(path)).second) list.push_back(path);
  };
  std::set<std::string> named;
  for (const std::string& path : paths) named.insert(normal(path));
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
      const bool is_named = named.contains(normal(file));
      if (!is_named && !may_be_read(file, path, any_format, inputs)) continue;
      if (!is_named) reach.found(file, path);
      const bool wanted = !is_database(file) && (any_format || is_rule_file(file, reach.folder_of(file)));
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
