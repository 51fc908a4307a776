// relayrules check --fix and --diff: the repairs of findings, made or shown. After --fix the files are read and checked as ever.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "command.hpp"
#include "load.hpp"

namespace relayrules {

/// Takes out of `findings`, which are those of `source`, what nobody wants to hear of, and what must not be repaired therefore.
using KeepFindings =
    std::function<void(const Sources& sources, const Source& source, const Format& format, Findings& findings)>;

struct FixOptions {
  bool fix = false;
  bool diff = false;  ///< nothing is written
};

/// Adds --fix and --diff.
void add_fix_options(CLI::App& app, FixOptions& options);

/// What is to be repaired, and how it is read.
struct FixTask {
  const std::vector<std::string>& paths;
  const LoadOptions& load;
  const FindingOptions& findings;
  KeepFindings keep;
};

/// Repairs the files, or prints unified diffs to standard output; what that means for clients goes to standard error. Does nothing when
/// `options` want neither. An exit code ends the command; none: the files are now to be checked.
[[nodiscard]] std::optional<int> fix_files(const FixTask& task, const FixOptions& options);

}  // namespace relayrules
