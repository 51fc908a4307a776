// The subcommands of relayrules: a table, and what they share in talking to the user.
#pragma once

#include <CLI/CLI.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "report/check_report.hpp"

namespace core {

/// The exit codes of every subcommand.
enum Exit : int {
  exit_fine = 0,
  exit_findings = 1,  ///< findings at or above --fail-on, differences, failed expectations
  exit_usage = 2,
  exit_failure = 3,  ///< the work could not be done: rules in error, unreadable file, full disk, ...
};

/// One subcommand; argv[0] is its own name.
struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(int argc, char** argv);
};

/// What stands at the end of every --help.
inline constexpr char exit_codes_text[] =
    "Exit codes:\n"
    "  0  yes, or nothing to report\n"
    "  1  no; or findings, differences, failed expectations\n"
    "  2  the command line is wrong\n"
    "  3  the work could not be done: rules or files that cannot be read, output that cannot be written";

/// All subcommands, sorted by name.
[[nodiscard]] std::span<const Command> all_commands();

int run_audit(int argc, char** argv);
int run_check(int argc, char** argv);
int run_checks_list(int argc, char** argv);
int run_clients(int argc, char** argv);
int run_compile(int argc, char** argv);
int run_completion(int argc, char** argv);
int run_diff(int argc, char** argv);
int run_dump(int argc, char** argv);
int run_explain(int argc, char** argv);
int run_formats(int argc, char** argv);
int run_grants(int argc, char** argv);
int run_lookup(int argc, char** argv);
int run_map(int argc, char** argv);
int run_minimise(int argc, char** argv);
int run_replay(int argc, char** argv);
int run_search(int argc, char** argv);
int run_status(int argc, char** argv);
int run_test(int argc, char** argv);

/// Parses the command line. Anything but "go on" is an exit code, and the user has been told.
[[nodiscard]] std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv);

/// "; did you mean '--format'?", of what is known the nearest to `word`; empty when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

/// One option of a subcommand, for those who describe it and do not parse it.
struct OptionDescription {
  std::vector<std::string> names;  ///< "-q", "--quiet"; none for an argument without a name
  std::string type;                ///< what its value is: "FILE"
  std::string description;
  std::vector<std::string> choices;  ///< its only values; empty: anything
  bool takes_value = false;
};
/// The options of `command`, from the parser that reads them. Not thread-safe.
[[nodiscard]] std::vector<OptionDescription> describe_options(const Command& command);

/// How findings are shown and which of them count.
struct FindingOptions {
  std::string fail_on = "warning";
  std::string colour = "auto";
  bool quiet = false;
  bool all = false;   ///< nothing is folded
  bool notes = true;  ///< notes are shown, not only counted
};
/// Adds --fail-on, --color, --all and -q; `fail_on` is the default.
void add_finding_options(CLI::App& app, FindingOptions& options, std::string fail_on);
/// True when a finding at or above --fail-on is among them.
[[nodiscard]] bool fails(const Findings& findings, const FindingOptions& options);
/// All findings and a summary line, as `options` want them.
[[nodiscard]] std::string format_for_people(const CheckReport& report, const FindingOptions& options, bool colour);
/// Says the same on standard error.
void print_findings(const Findings& findings, const Sources& sources, const FindingOptions& options);

/// Says "relayrules: cannot ..." and returns exit_failure.
int report_failure(const SystemError& error);
/// Says that there is no such check, and which one may be meant, and returns exit_usage.
int report_unknown_check(const std::string& name);
/// Says "relayrules: <message>" and returns exit_usage.
int report_usage(const std::string& message);

}  // namespace core
