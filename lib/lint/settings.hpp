// Settings: what .relayrules.toml says of rule files: who reads them, which checks are wanted, and how severe they are.
//
//   program = "ucspi-tcp6"                     these four as the options of the same names
//   daemon = "tcp-env"
//   service = "smtp"
//   paranoid = true
//   select = ["RR4", "prefix-without-dot"]     only these: names, codes, families; all when left out
//   ignore = ["private-net-relay"]             but not these
//   [severity]
//   everyone-allowed = "note"
//   [thresholds]
//   wide-relay-net-ipv4 = 22                   prefix lengths; lint/context.hpp says what each is for
//   [[path]]                                   the same once more, for files whose path matches
//   files = "lab/*"
//   ignore = ["RR4"]
//
// Mistakes in it are findings with their place. Errors of a rule's grammar can be neither ignored nor made less severe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "lint/context.hpp"

namespace core {

inline constexpr FindingKind bad_setting{"RR904", "bad-setting", Severity::error};

/// What is said of some files, and wanted of the checks for them.
struct Choice {
  std::optional<Program> program;
  std::optional<std::string> daemon;
  std::optional<Service> service;
  std::optional<bool> paranoid;
  std::vector<std::string> select;  ///< empty: all
  std::vector<std::string> ignore;
  std::map<std::string_view, Severity> severities;  ///< by code, of a check or of its part (Finding::part)
  /// Those that were chosen, in this order.
  std::vector<std::pair<std::uint8_t Thresholds::*, std::uint8_t>> thresholds;
};

/// A Choice for files whose path, seen from the folder of the settings, matches `files`.
struct PathChoice {
  std::string files;
  Choice choice;
};

/// One .relayrules.toml.
struct Settings {
  Choice choice;
  std::vector<PathChoice> paths;
};

/// Reads settings; what is wrong in them becomes findings, and the rest counts.
[[nodiscard]] Settings parse_settings(const Source& source, Findings& findings);

/// What holds for the file `path`, relative to the settings: later parts add to `ignore` and replace all else of
/// earlier ones. In a pattern, "*" stands for any text; one without "/" is compared with the base
/// name.
[[nodiscard]] Choice choice_for(const Settings& settings, std::string_view path);

/// Lets `later` override `choice`.
void override_choice(Choice& choice, const Choice& later);

/// True when `text` names a check, by name or code, or begins the codes of a family: "RR4".
[[nodiscard]] bool is_selector(std::string_view text);

/// What is usual, but for what `choice` chose.
[[nodiscard]] CheckContext context_of(const Choice& choice);

/// False when `choice` does not want `finding`; else gives it the severity that is chosen.
[[nodiscard]] bool keep_finding(const Choice& choice, Finding& finding);

}  // namespace core
