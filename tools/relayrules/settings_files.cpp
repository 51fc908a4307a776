// Looking for settings from a file's folder upwards: see settings_files.hpp. A thousand files of one folder ask the disk once.
#include "settings_files.hpp"

#include <filesystem>

#include "base/file.hpp"

namespace relayrules {

namespace fs = std::filesystem;

namespace {

/// From where the user stands, when that is shorter.
std::string as_users_write(const fs::path& path) {
  std::error_code ignored;
  const fs::path from_here = path.lexically_relative(fs::current_path(ignored));
  return from_here.empty() || from_here.native().starts_with("..") ? path.string() : from_here.string();
}

}  // namespace

std::string SettingsFiles::nearest(const std::string& folder) {
  const auto known = nearest_.find(folder);
  if (known != nearest_.end()) return known->second;
  std::error_code ignored;
  const fs::path here(folder);
  std::string found;
  if (fs::is_regular_file(here / ".relayrules.toml", ignored))
    found = as_users_write(here / ".relayrules.toml");
  else if (here.has_relative_path())
    found = nearest(here.parent_path().string());
  nearest_[folder] = found;
  return found;
}

Result<const SettingsFiles::Known*> SettingsFiles::read(const std::string& file) {
  const auto known = known_.find(file);
  if (known != known_.end()) return &known->second;
  const auto source = read_source(sources_, file);
  if (!source.ok()) return source.error();
  const fs::path folder = fs::absolute(file).lexically_normal().parent_path();
  return &known_.emplace(file, Known{folder.string(), parse_settings(*source.value(), findings_)}).first->second;
}

Result<Choice> SettingsFiles::choice_for(const std::string& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  const std::string file = options_.file.empty() ? nearest(whole.parent_path().string()) : options_.file;
  if (options_.none || file.empty()) return Choice{};
  const auto known = read(file);
  if (!known.ok()) return known.error();
  return relayrules::choice_for(known.value()->settings, whole.lexically_relative(known.value()->folder).string());
}

}  // namespace relayrules
