// The subcommands of relayrules: a table, and what they share in talking to the user.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "base/source.hpp"

namespace relayrules {

/// The exit codes of every subcommand.
enum Exit : int {
  exit_fine = 0,
  exit_findings = 1,  ///< findings at or above --fail-on, differences, failed expectations
  exit_usage = 2,
  exit_failure = 3,  ///< the work could not be done: unreadable file, full disk, ...
};

/// One subcommand; argv[0] is its own name.
struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(int argc, char** argv);
};

int run_audit(int argc, char** argv);
int run_check(int argc, char** argv);
int run_checks_list(int argc, char** argv);
int run_compile(int argc, char** argv);
int run_diff(int argc, char** argv);
int run_dump(int argc, char** argv);
int run_explain(int argc, char** argv);
int run_formats(int argc, char** argv);
int run_lookup(int argc, char** argv);
int run_map(int argc, char** argv);

/// Parses the command line. Anything but "go on" is an exit code, and the user has been told.
[[nodiscard]] std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv);

/// How findings are shown and which of them count.
struct FindingOptions {
  std::string fail_on = "warning";
  std::string colour = "auto";
  bool quiet = false;
  bool notes = true;  ///< notes are shown, not only counted
};
/// Adds --fail-on, --color and -q; `fail_on` is the default.
void add_finding_options(CLI::App& app, FindingOptions& options, std::string fail_on);
/// True when a finding at or above --fail-on is among them.
[[nodiscard]] bool fails(const Findings& findings, const FindingOptions& options);
/// Prints all findings and a summary line to `stream`.
void print_findings(const Findings& findings, const Sources& sources, const FindingOptions& options, std::FILE* stream);

/// Prints `text`, or puts it in place of the file `path` unless that is "-". Returns `code`, or exit_failure when the file
/// could not be written; the user has been told.
[[nodiscard]] int deliver(const std::string& text, const std::string& path, int code);

/// Prints "relayrules: cannot ..." and returns exit_failure.
int report_failure(const SystemError& error);
/// Prints "relayrules: <message>" and returns exit_usage.
int report_usage(const std::string& message);

}  // namespace relayrules
