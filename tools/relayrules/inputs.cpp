// Walking folders: see inputs.hpp. In a folder lies what nobody meant as rules, so that a file must be recognised with more
// certainty than one that was named: "key: value" is a line of hosts_access, but of many other files, too.
#include "inputs.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "load.hpp"
#include "model/format.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// The first bytes of a file: enough to reach its first rule behind a long comment.
std::string head_of(const std::string& path) {
  std::array<char, 65536> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

bool is_rule_file(const std::string& path) {
  if (is_database(path)) return false;
  if (detect_format_by_name(path) != nullptr) return true;
  const Format* format = detect_format(path, head_of(path));
  return format != nullptr && format->name != "hosts_access";
}

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

/// All regular files below `folder`, sorted.
std::vector<std::string> files_below(const std::string& folder, Inputs& inputs) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (is_hidden(entry->path()))
      entry.disable_recursion_pending();
    else if (entry->is_regular_file(ignored))
      files.push_back(entry->path().string());
  }
  if (error) inputs.failures.push_back({"read the folder", folder, error.value(), {}});
  std::sort(files.begin(), files.end());
  return files;
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
    for (const std::string& file : files_below(path, inputs)) {
      const bool wanted = any_format ? !is_database(file) : is_rule_file(file);
      add(file, wanted ? inputs.files : inputs.skipped);
    }
  }
  return inputs;
}

}  // namespace core
