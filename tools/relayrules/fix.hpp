// relayrules check --fix and --diff: the repairs of findings, made or shown. After --fix the files are read and checked once more.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "command.hpp"
#include "lint/context.hpp"
#include "lint/suppress.hpp"
#include "load.hpp"
#include "output.hpp"

namespace core {

struct FixOptions {
  bool fix = false;
  bool diff = false;  ///< nothing is written
  [[nodiscard]] bool any() const { return fix || diff; }
};

/// Adds --fix and --diff to an `app` that has the other options of check.
void add_fix_options(CLI::App& app, FixOptions& options);

/// Takes out of the findings of a file what nobody wants to hear of, and what must not be repaired therefore.
using KeepFindings = std::function<void(const CheckedFile& file, Findings& findings)>;

/// A file, and its text with the repairs that were made or shown.
struct FixedFile {
  CheckedFile file;
  std::string text;
};

/// A file to repair: files[index]. What that means for clients is told by all of `files` that are one table with it.
struct FixTask {
  std::vector<FixedFile>& files;
  std::size_t index = 0;
  KeepFindings keep;
  const ReadOptions& load;
  const CheckContext& context;
  const FindingOptions& findings;

  [[nodiscard]] FixedFile& fixed() const { return files[index]; }
  [[nodiscard]] const std::string& path() const { return fixed().file.source->name(); }
};

/// Repairs the file, or writes a unified diff to `output`; what that means for clients goes to standard error. True when
/// there is something to report: repairs that are only shown, or findings at or above --fail-on that are left.
[[nodiscard]] Result<bool> fix_file(const FixTask& task, const FixOptions& options, Output& output);

}  // namespace core
