// Finding the settings that hold for a file: .relayrules.toml in its folder or the nearest one above it.
#pragma once

#include <map>
#include <string>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "lint/settings.hpp"

namespace relayrules {

/// Which settings the user wants.
struct SettingsOptions {
  std::string file;  ///< this one for all files; empty: the nearest one
  bool none = false;
};

/// Reads each file of settings once. Their findings go where those of the rules go.
class SettingsFiles {
 public:
  SettingsFiles(SettingsOptions options, Sources& sources, Findings& findings)
      : options_(std::move(options)), sources_(sources), findings_(findings) {}

  /// What holds for the rule file `path`; an error when its settings cannot be read.
  [[nodiscard]] Result<Choice> choice_for(const std::string& path);

 private:
  struct Known {
    std::string folder;  ///< what patterns are relative to
    Settings settings;
  };
  [[nodiscard]] std::string nearest(const std::string& folder);
  [[nodiscard]] Result<const Known*> read(const std::string& file);

  SettingsOptions options_;
  Sources& sources_;
  Findings& findings_;
  std::map<std::string, std::string> nearest_;  ///< by folder; an empty name: none
  std::map<std::string, Known> known_;          ///< by the file's name
};

}  // namespace relayrules
