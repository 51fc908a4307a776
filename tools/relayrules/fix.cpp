// Repairing files: see fix.hpp.
#include "fix.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "lint/repair_text.hpp"
#include "lint/run.hpp"
#include "report/repaired.hpp"
#include "report/unified_diff.hpp"

namespace relayrules {
namespace {

RepairedText repair(const FixTask& task, const Format& format, const Source& source) {
  const auto find = [&](const Sources& sources, const Source& text) {
    Findings findings;
    run_checks(parse_as_site(format, text, task.load, findings), sources, findings);
    task.keep(sources, text, format, findings);
    findings.sort();
    return findings;
  };
  return repair_text(source.name(), source.text(), find);
}

/// What the repair means for clients, by the rules before and after it.
std::string describe_changes(const FixTask& task, const Format& format, const Source& source,
                             const std::string& repaired, const std::string& name) {
  Sources sources;
  Findings reported_by_the_check;
  const auto read = [&](std::string_view text) {
    return parse_as_site(format, *sources.add(source.name(), text), task.load, reported_by_the_check);
  };
  const Site before = read(source.text());
  const Site after = read(repaired);
  return format_repair_changes({before, after, sources, task.load.service}, name);
}

/// Repairs or shows one file. True when there is something to report: repairs that are only shown, or findings that are left.
Result<bool> fix_file(const std::string& path, const FixTask& task, const FixOptions& options) {
  Sources sources;
  const auto source = read_source(sources, path);
  if (!source.ok()) return source.error();
  const auto format = choose_format(*source.value(), task.load);
  if (!format.ok()) return format.error();
  const std::string_view before = source.value()->text();
  const RepairedText repaired = repair(task, *format.value(), *source.value());
  const bool changed = repaired.text != before;
  const std::string& shown = source.value()->name();
  const std::string name = options.diff ? shown + " (repaired)" : shown;
  if (changed && options.diff) fmt::print("{}", format_unified_diff(before, repaired.text, shown, name));
  std::fflush(stdout);  // before what is said about it
  if (changed && options.fix)
    if (const Status failed = replace_file(path, repaired.text)) return *failed;
  if (!task.findings.quiet) {
    fmt::print(stderr, "{}", format_repairs(repaired, shown, options.fix));
    if (changed)
      fmt::print(stderr, "{}", describe_changes(task, *format.value(), *source.value(), repaired.text, name));
  }
  return changed || fails(repaired.left, task.findings);
}

}  // namespace

void add_fix_options(CLI::App& app, FixOptions& options) {
  auto* fix = app.add_flag("--fix", options.fix, "Make the repairs that are safe, then report what is left");
  app.add_flag("--diff", options.diff, "Show these repairs as a unified diff, and write nothing")->excludes(fix);
}

std::optional<int> fix_files(const FixTask& task, const FixOptions& options) {
  if (!options.fix && !options.diff) return std::nullopt;
  if (options.fix && std::find(task.paths.begin(), task.paths.end(), "-") != task.paths.end())
    return report_usage("--fix cannot write to standard input; --diff shows the repairs");
  bool failed = false;
  bool found = false;
  for (const std::string& path : task.paths) {
    const auto result = fix_file(path, task, options);
    if (!result.ok()) report_failure(result.error());
    failed = failed || !result.ok();
    found = found || (result.ok() && result.value());
  }
  if (failed) return exit_failure;
  if (options.fix) return std::nullopt;
  return found ? exit_findings : exit_fine;
}

}  // namespace relayrules
