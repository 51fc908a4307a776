// What is wanted of the checks for a file: .relayrules.toml in its folder or the nearest one above it, then the command
// line.
#pragma once

#include <CLI/CLI.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "lint/settings.hpp"
#include "site/read_site.hpp"
#include "wanted.hpp"

namespace core {

/// Which settings the user wants.
struct SettingsOptions {
  std::string file;  ///< this one for all files; empty: the nearest one
  bool none = false;
  Choice choice;  ///< of the command line, which comes last
};

/// Adds --select, --ignore, --config and --no-config.
void add_settings_options(CLI::App& app, SettingsOptions& options);
/// Adds --paranoid and --service, what checks are told of the program. `options` must live until the command line was
/// parsed.
void add_context_options(CLI::App& app, SettingsOptions& options);
/// Takes what the command line says of program and daemon, before which settings give way. The exit code to end with
/// when it names a check that does not exist; the user has been told.
[[nodiscard]] std::optional<int> complete_settings(SettingsOptions& options, const ReadOptions& reading);
/// Puts the program and the daemon that are chosen into `reading`.
void take_reader(const Choice& choice, ReadOptions& reading);

/// Reads each file of settings once. Their findings go where those of the rules go.
class SettingsFiles {
 public:
  SettingsFiles(SettingsOptions options, Sources& sources, Findings& findings)
      : options_(std::move(options)), sources_(sources), findings_(findings) {}

  /// Adds what holds for the rule file `path`; an error when its settings cannot be read. To be called before the file
  /// is read: findings stand in the order of reading, and one about the settings explains those that follow.
  [[nodiscard]] Status choose(const std::string& path, Choices& choices);
  /// What holds for the rule file or the folder `path`.
  [[nodiscard]] Result<Choice> choice_for(const std::string& path);
  /// The name of the file of settings that holds for `path`, for which choose() was called; empty when there is none.
  [[nodiscard]] std::string used_for(const std::string& path) const;

 private:
  struct Known {
    std::string folder;  ///< what patterns are relative to
    Settings settings;
  };
  [[nodiscard]] std::string found_in(const std::filesystem::path& folder);
  [[nodiscard]] std::string nearest(const std::string& folder);
  [[nodiscard]] Result<const Known*> read(const std::string& file);

  SettingsOptions options_;
  Sources& sources_;
  Findings& findings_;
  std::map<std::string, std::string> nearest_;  ///< by folder; an empty name: none
  std::map<std::string, Known> known_;          ///< by the file's name
  std::map<std::string, std::string> used_;     ///< by the rule file's name
};

}  // namespace core
