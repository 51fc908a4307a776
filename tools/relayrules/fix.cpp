// Repairing files: see fix.hpp.
#include "fix.hpp"

#include "base/file.hpp"
#include "lint/repair_text.hpp"
#include "lint/run.hpp"
#include "report/repaired.hpp"
#include "report/unified_diff.hpp"

namespace core {
namespace {

RepairedText repair(const FixTask& task) {
  const auto find = [&](const Sources& sources, const Source& text) {
    Findings findings;
    run_checks(parse_as_site(*task.file.format, text, task.load, findings), sources, findings, task.context);
    task.keep({&text, task.file.format}, findings);
    findings.sort();
    return findings;
  };
  return repair_text(task.file.source->name(), task.file.source->text(), find);
}

/// What the repair means for clients, by the rules before and after it.
std::string describe_changes(const FixTask& task, const std::string& repaired, const std::string& name) {
  const Source& source = *task.file.source;
  Sources sources;
  Findings reported_by_the_check;
  const auto read = [&](std::string_view text) {
    return parse_as_site(*task.file.format, *sources.add(source.name(), text), task.load, reported_by_the_check);
  };
  const Site before = read(source.text());
  const Site after = read(repaired);
  return format_repair_changes({before, after, sources, task.load.daemon}, name);
}

}  // namespace

void add_fix_options(CLI::App& app, FixOptions& options) {
  auto* fix = app.add_flag("--fix", options.fix, "Make the repairs that are safe, then report what is left");
  auto* diff = app.add_flag("--diff", options.diff, "Show these repairs as a unified diff, and write nothing");
  diff->excludes(fix);
  for (const char* name : {"--baseline", "--write-baseline"}) {
    fix->excludes(app.get_option(name));
    diff->excludes(app.get_option(name));
  }
  for (const char* name : {"--format", "--output", "--statistics"}) diff->excludes(app.get_option(name));
}

Result<bool> fix_file(const FixTask& task, const FixOptions& options, Output& output) {
  const std::string_view before = task.file.source->text();
  const std::string& path = task.file.source->name();
  const RepairedText repaired = repair(task);
  const bool changed = repaired.text != before;
  const std::string name = options.diff ? path + " (repaired)" : path;
  if (changed && options.diff) output.write(format_unified_diff(before, repaired.text, path, name));
  output.flush();  // before what is said about it
  if (changed && options.fix)
    if (const Status failed = replace_file(path, repaired.text)) return *failed;
  if (!task.findings.quiet) {
    say_text(format_repairs(repaired, path, options.fix));
    if (changed) say_text(describe_changes(task, repaired.text, name));
  }
  return changed || fails(repaired.left, task.findings);
}

}  // namespace core
