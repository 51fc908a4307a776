// Repairing files: see fix.hpp.
#include "fix.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "lint/repair_text.hpp"
#include "lint/run.hpp"
#include "report/repaired.hpp"
#include "report/unified_diff.hpp"
#include "site/file_names.hpp"

namespace core {
namespace {

RepairedText repair(const FixTask& task) {
  const auto find = [&](const Sources& sources, const Source& text) {
    Findings findings;
    const CheckedFile file{&text, task.fixed().file.format};
    run_checks(read_texts({&file, 1}, task.load, findings), sources, findings, task.context);
    task.keep(file, findings);
    findings.sort(sources);
    return findings;
  };
  return repair_text(task.path(), task.fixed().text, find);
}

/// The table that the file is part of, as its texts are now.
Site read_table(const FixTask& task, Sources& sources) {
  std::vector<CheckedFile> table;
  for (const FixedFile& fixed : task.files)
    if (&fixed == &task.fixed() ||
        (fixed.file.format == task.fixed().file.format && are_halves(fixed.file.source->name(), task.path())))
      table.push_back({sources.add(fixed.file.source->name(), fixed.text), fixed.file.format});
  Findings reported_by_the_check;
  return read_texts(table, task.load, reported_by_the_check);
}

/// Takes the repaired text, and tells what the repair means for clients: by the rules before and after it.
std::string take_repair(const FixTask& task, const std::string& repaired, const std::string& name) {
  Sources sources;
  const Site before = read_table(task, sources);
  task.fixed().text = repaired;
  const Site after = read_table(task, sources);
  std::string text = format_repair_changes({before, after, sources, task.load.daemon}, name);
  const auto other = other_half_of(task.path());
  if (other && after.files.size() == 1)
    text += fmt::format("{}: {} is not considered\n", printable(name), core::quoted(base_name(*other)));
  return text;
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
  const std::string& path = task.path();
  const std::string before = task.fixed().text;
  const RepairedText repaired = repair(task);
  const bool changed = repaired.text != before;
  const std::string name = options.diff ? path + " (repaired)" : path;
  if (changed && options.diff) output.write_exactly(format_unified_diff(before, repaired.text, path, "repaired"));
  output.flush();  // before what is said about it
  if (changed && options.fix)
    if (const Status failed = replace_file(path, repaired.text)) return *failed;
  const std::string meaning = changed ? take_repair(task, repaired.text, name) : "";
  if (!task.findings.quiet) say_text(format_repairs(repaired, path, options.fix) + meaning);
  return changed || fails(repaired.left, task.findings);
}

}  // namespace core
