// relayrules check: findings about rule files, for people and for programs.
//
//   files --> policies and lists --> all checks --> suppressions --> settings --> baseline --> report
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "base/finding_kinds.hpp"
#include "command.hpp"
#include "fix.hpp"
#include "lint/repair.hpp"
#include "lint/suppress.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/baseline.hpp"
#include "report/check_report.hpp"
#include "report/text.hpp"
#include "settings_files.hpp"
#include "wanted.hpp"

namespace core {
namespace {

struct CheckOptions {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string output = "-";
  std::string baseline;
  std::string write_baseline;
  bool verbose = false;
  bool statistics = false;
  SettingsOptions settings;
  FixOptions fixes;
  ReadOptions load;
  FindingOptions findings;
};

void add_baseline_options(CLI::App& app, CheckOptions& options) {
  app.add_option("--baseline", options.baseline, "Report only what is not in this file")->type_name("FILE");
  app.add_option("--write-baseline", options.write_baseline,
                 "Accept all findings of now into this file; '-' is standard output")
      ->type_name("FILE");
}

std::optional<int> parse(int argc, char** argv, CheckOptions& options) {
  std::vector<std::string> formats = {"text"};
  for (const ReportFormat& format : report_formats()) formats.emplace_back(format.name);
  CLI::App app("Find what is dangerous, dead or not what its author meant.", "relayrules check");
  app.add_option("FILES", options.paths, "Rule files and folders; '-' is standard input")->required();
  app.add_option("--format", options.format, "How to write the findings")
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT")
      ->capture_default_str();
  app.add_option("-o,--output", options.output, "The file to write or replace; '-' is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--stdin-name", options.load.stdin_name, "Take standard input for this file")->type_name("NAME");
  app.add_flag("--statistics", options.statistics, "Print how often each check fired, not the findings");
  app.add_flag("-v,--verbose", options.verbose, "Say how each file is read, and which are skipped");
  add_settings_options(app, options.settings);
  add_baseline_options(app, options);
  add_fix_options(app, options.fixes);
  add_load_options(app, options.load);
  add_context_options(app, options.settings);
  add_finding_options(app, options.findings, "warning");
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (options.fixes.fix && std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end())
    return report_usage("--fix cannot write to standard input; --diff shows the repairs");
  options.load.scope = Scope::each_file;
  return complete_settings(options.settings, options.load);
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return path != "-" && std::filesystem::is_directory(path, ignored);
}

/// What one call of the command reads and finds.
struct Run {
  Sources sources;
  Findings findings;
  Site site;
  Choices choices;
  CheckCounts counts;
  std::vector<std::string> failures;

  void fail(const SystemError& error) {
    report_failure(error);
    failures.push_back(error.message());
  }
};

void read_inputs(const CheckOptions& options, Run& run) {
  SettingsFiles settings(options.settings, run.sources, run.findings);
  ReadOptions reading = options.load;
  reading.before_file = [&](const std::string& path) { return settings.choose(path, run.choices); };
  reading.reading_of = [&](const std::string& path, ReadOptions& one) { take_reader(run.choices.at(path), one); };
  run.site = read_site(options.paths, reading, run.sources, run.findings);
  for (const SystemError& error : run.site.failures) run.fail(error);
  for (const SystemError& error : run.site.left) report_failure(error);
  run.counts.files = run.site.files.size();
  run.counts.skipped = run.site.skipped.size();
  run.counts.summarised = std::any_of(options.paths.begin(), options.paths.end(), is_folder);
  if (!options.verbose) return;
  for (const CheckedFile& file : run.site.files) {
    const std::string used = settings.used_for(file.source->name());
    say("{}: {}{}{}\n", file.source->name(), file.format->name, used.empty() ? "" : ", settings of ", used);
  }
  for (const std::string& path : run.site.skipped) say("{}: skipped, no rule file\n", path);
}

/// Leaves only what the baseline does not know.
Status apply_baseline(const std::string& path, Run& run) {
  Sources texts;  // not among the sources of findings
  const auto source = read_source(texts, path);
  if (!source.ok()) return source.error();
  auto baseline = parse_baseline(source.value()->text());
  if (!baseline) return SystemError{"use", path, EINVAL, "it is no baseline that --write-baseline wrote"};
  run.counts.accepted = accept_findings(*baseline, run.findings, run.sources);
  for (const auto& [identity, count] : *baseline) run.counts.stale += count;
  run.counts.summarised = run.counts.summarised || run.counts.stale != 0;
  return std::nullopt;
}

int write_baseline(const CheckOptions& options, const Run& run) {
  if (!run.failures.empty()) {  // it would not know what was found in them before
    say("relayrules: '{}' was not written: not all files could be read\n", options.write_baseline);
    return exit_failure;
  }
  const std::string text = format_baseline(make_baseline(run.findings, run.sources));
  const int code = deliver(text, exit_fine, options.write_baseline);
  if (code != exit_fine || options.findings.quiet || options.write_baseline == "-") return code;
  const std::string count = plural(run.findings.all().size(), "finding");
  return deliver(format_shown("'{}' accepts {}\n", options.write_baseline, count), code);
}

std::string format_text(const CheckReport& report, const CheckOptions& options) {
  if (options.statistics) return format_statistics(report.findings);
  const bool colour =
      options.output == "-" ? use_colour(options.findings.colour, STDOUT_FILENO) : options.findings.colour == "always";
  const std::string text = format_for_people(report, options.findings, colour);
  const std::string advice = options.findings.quiet ? "" : format_advice(report.findings);
  return advice.empty() ? text : text + advice + "\n";
}

int write_report(const CheckReport& report, const CheckOptions& options, int code) {
  Output output(options.output);
  if (const ReportFormat* format = find_report_format(options.format))
    format->write(report, [&output](std::string_view text) { output.write(text); });
  else
    output.write(format_text(report, options));
  return output.finish(code);
}

/// Nothing that was read is written over.
std::optional<int> refuse_outputs(const CheckOptions& options, const Run& run) {
  std::vector<std::string> read = options.paths;
  if (!options.write_baseline.empty())  // --baseline is not read then
    return refuse_to_overwrite(options.write_baseline, "baseline", read, run.sources);
  read.push_back(options.baseline);
  return refuse_to_overwrite(options.output, "report", read, run.sources);
}

bool has_parser(const CheckedFile& file) {
  return file.format->parse != nullptr || file.format->parse_destinations != nullptr;
}

/// True for what a server's reader said of its own files, in which nothing is repaired.
bool is_server_finding(const Run& run, const Finding& finding) {
  const Source* source = run.sources.find(finding.span.begin);
  return std::any_of(run.site.files.begin(), run.site.files.end(),
                     [&](const CheckedFile& file) { return file.source == source && !has_parser(file); });
}

/// Repairs files or shows how. A code ends the command; none: they are to be checked again.
std::optional<int> repair_inputs(const CheckOptions& options, Run& run) {
  Findings wanted = run.findings;
  const Site nothing;  // fix_file checks what it can repair
  const bool has_servers = !std::all_of(run.site.files.begin(), run.site.files.end(), has_parser);
  const CheckTask task{has_servers ? run.site : nothing, run.sources, run.site.files, run.choices, std::launch::async};
  static_cast<void>(find_wanted(task, wanted));
  Findings unrepaired;  // databases, and files of servers
  std::copy_if(
      wanted.all().begin(), wanted.all().end(), std::back_inserter(unrepaired.all()),
      [&](const Finding& finding) { return finding.kind == &syntax::not_text || is_server_finding(run, finding); });
  if (options.fixes.diff) print_findings(unrepaired, run.sources, options.findings);
  bool found = !unrepaired.empty();
  Output output("-", options.fixes.diff ? AnswerKind::patch : AnswerKind::plain);
  std::vector<FixedFile> files;
  for (const CheckedFile& file : run.site.files)
    if (has_parser(file)) files.push_back({file, std::string(file.source->text())});
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Choice& choice = run.choices.at(files[i].file.source->name());
    ReadOptions reading = options.load;
    take_reader(choice, reading);
    const auto keep = [&](const CheckedFile& text, Findings& findings) {
      apply_suppressions({&text, 1}, findings);
      std::erase_if(findings.all(), [&](Finding& finding) { return !keep_finding(choice, finding); });
    };
    const auto left = fix_file({files, i, keep, reading, context_of(choice), options.findings}, options.fixes, output);
    if (!left.ok()) run.fail(left.error());
    found = found || (left.ok() && left.value());
  }
  if (!run.failures.empty()) return output.finish(exit_failure);
  if (options.fixes.fix) return std::nullopt;
  return output.finish(found ? exit_findings : exit_fine);
}

}  // namespace

int run_check(int argc, char** argv) {
  CheckOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Run run;
  read_inputs(options, run);
  if (const auto code = refuse_outputs(options, run)) return *code;
  if (options.fixes.any()) {
    if (const auto code = repair_inputs(options, run)) return *code;
    run = Run();
    read_inputs(options, run);
  }
  const CheckTask task{run.site, run.sources, run.site.files, run.choices, std::launch::async};
  run.counts.suppressed = find_wanted(task, run.findings);
  if (!options.write_baseline.empty()) return write_baseline(options, run);
  if (!options.baseline.empty())
    if (const Status failed = apply_baseline(options.baseline, run)) return report_failure(*failed);
  const CheckReport report{run.findings, run.sources, run.counts, run.failures};
  int code = fails(run.findings, options.findings) ? exit_findings : exit_fine;
  if (!run.failures.empty()) code = exit_failure;
  if (code == exit_failure && options.output != "-" && options.format == "text") {  // it could not say so
    say("relayrules: '{}' was not written: not all files could be read\n", options.output);
    return code;
  }
  return end_at_once(write_report(report, options, code));
}

}  // namespace core
