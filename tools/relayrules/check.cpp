// relayrules check: findings about rule files, for people and for programs.
//
//   files --> policies and lists --> all checks --> suppressions --> settings --> baseline --> report
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/file.hpp"
#include "base/finding_kinds.hpp"
#include "command.hpp"
#include "context.hpp"
#include "fix.hpp"
#include "inputs.hpp"
#include "lint/stale_database.hpp"
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
  std::string stdin_name = standard_input_name;
  std::string baseline;
  std::string write_baseline;
  bool verbose = false;
  bool statistics = false;
  SettingsOptions settings;
  FixOptions fixes;
  LoadOptions load;
  CheckContext context;
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
  app.add_option("--stdin-name", options.stdin_name, "Take standard input for this file")->type_name("NAME");
  app.add_flag("--statistics", options.statistics, "Print how often each check fired, not the findings");
  app.add_flag("-v,--verbose", options.verbose, "Say how each file is read, and which are skipped");
  add_settings_options(app, options.settings);
  add_baseline_options(app, options);
  add_fix_options(app, options.fixes);
  add_load_options(app, options.load);
  add_context_options(app, options.context);
  add_finding_options(app, options.findings, "warning");
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (options.fixes.fix && std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end())
    return report_usage("--fix cannot write to standard input; --diff shows the repairs");
  options.context.program = options.load.program;
  return refuse_unknown_checks(options.settings);
}

/// What one call of the command reads and finds.
struct Run {
  Sources sources;
  Findings findings;
  Site site;
  std::vector<CheckedFile> files;
  Choices choices;
  CheckCounts counts;
  std::vector<std::string> failures;

  void fail(const SystemError& error) {
    report_failure(error);
    failures.push_back(error.message());
  }
};

void add_to_site(Site& site, Site one) {
  std::move(one.policies.begin(), one.policies.end(), std::back_inserter(site.policies));
  std::move(one.destinations.begin(), one.destinations.end(), std::back_inserter(site.destinations));
}

/// A CDB has no text to be checked; one that is damaged has no rules either.
void read_database(const Source& source, Run& run) {
  const std::string damage = cdb::find_damage(source.text());
  if (!damage.empty()) return run.fail(cdb::damaged(source.name(), damage));
  run.findings.add(syntax::not_text, {source.base(), source.base()}, "this is a compiled CDB, not rules")
      .with_help("turn it into rules with 'relayrules dump', and check these");
}

/// Reads one file as a policy or list of its own. One that cannot be read does not keep the others from being checked.
void read_input(const std::string& path, const CheckOptions& options, SettingsFiles& settings, Run& run) {
  auto choice = settings.choice_for(path == "-" ? options.stdin_name : path);
  if (!choice.ok()) return run.fail(choice.error());
  const auto source = read_source(run.sources, path, options.stdin_name);
  if (!source.ok()) return run.fail(source.error());
  run.choices[source.value()->name()] = std::move(choice.value());
  if (is_database(*source.value(), options.load)) return read_database(*source.value(), run);
  const auto format = choose_format(*source.value(), options.load);
  if (!format.ok()) return run.fail(format.error());
  if (options.verbose) say("{}: {}\n", source.value()->name(), format.value()->name);
  const bool continued = !run.files.empty() && format.value() == run.files.back().format &&
                         is_asked_after(path, run.files.back().source->name());
  if (continued) {
    parse_into(run.site.policies.back(), *format.value(), *source.value(), options.load, run.findings);
  } else {
    Site one = parse_as_site(*format.value(), *source.value(), options.load, run.findings);
    if (!one.policies.empty()) check_database(path, *source.value(), one.policies.front(), run.findings);
    add_to_site(run.site, std::move(one));
  }
  run.files.push_back({source.value(), format.value()});
  ++run.counts.files;
}

/// libwrap lets everybody in where no rule is about a daemon, and mostly the daemon's name is another one than its
/// author thought.
void report_unknown_daemon(const LoadOptions& options, Run& run) {
  for (const Policy& policy : run.site.policies) {
    auto unknown = policy.complete ? find_unknown_daemon(policy, options) : std::nullopt;
    if (!unknown) continue;
    run.findings.add(daemons::without_rule, {policy.span.begin, policy.span.begin}, std::move(unknown->message))
        .with_help(unknown->others.empty() ? "write a rule for it, or for ALL"
                                           : unknown->others + "; write the name that the daemon's process has");
  }
}

void read_inputs(const CheckOptions& options, Run& run) {
  const bool any_format = options.load.extended || !options.load.from.empty();
  const Inputs inputs = find_inputs(options.paths, any_format, run.sources.reach);
  for (const SystemError& error : inputs.failures) run.fail(error);
  for (const SystemError& error : inputs.left) report_failure(error);
  SettingsFiles settings(options.settings, run.sources, run.findings);
  for (const std::string& path : inputs.files) read_input(path, options, settings, run);
  report_unknown_daemon(options.load, run);
  run.counts.skipped = inputs.skipped.size();
  run.counts.summarised = inputs.has_folder;
  if (!options.verbose) return;
  for (const std::string& path : inputs.skipped) say("{}: skipped, no rule file\n", path);
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
  const std::string text = format_baseline(make_baseline(run.findings, run.sources));
  const int code = deliver(text, run.failures.empty() ? exit_fine : exit_failure, options.write_baseline);
  if (code != exit_fine || options.findings.quiet || options.write_baseline == "-") return code;
  return deliver(fmt::format("'{}' accepts {} findings\n", options.write_baseline, run.findings.all().size()), code);
}

std::string format_text(const CheckReport& report, const CheckOptions& options) {
  if (options.statistics) return format_statistics(report.findings);
  const bool colour =
      options.output == "-" ? use_colour(options.findings, STDOUT_FILENO) : options.findings.colour == "always";
  const std::string text = format_for_people(report, options.findings, colour);
  const std::string advice = options.findings.quiet ? "" : format_advice(report.findings);
  return advice.empty() ? text : text + advice + "\n";
}

std::string format_report(const CheckReport& report, const CheckOptions& options) {
  const ReportFormat* format = find_report_format(options.format);
  return format != nullptr ? format->format(report) : format_text(report, options);
}

/// Nothing that was read is written over.
std::optional<int> refuse_outputs(const CheckOptions& options, const Run& run) {
  std::vector<std::string> read = options.paths;
  for (const CheckedFile& file : run.files) read.push_back(database_beside(file.source->name()));
  if (!options.write_baseline.empty())  // --baseline is not read then
    return refuse_to_overwrite(options.write_baseline, "baseline", read, run.sources);
  read.push_back(options.baseline);
  return refuse_to_overwrite(options.output, "report", read, run.sources);
}

/// Repairs files or shows how. A code ends the command; none: they are to be checked again.
std::optional<int> repair_inputs(const CheckOptions& options, Run& run) {
  bool found = false;
  Output output;
  for (const CheckedFile& file : run.files) {
    const Choice& choice = run.choices.at(file.source->name());
    // what is repaired is read as a source of its own
    const SourceThresholds thresholds[] = {{0, thresholds_of(choice)}};
    CheckContext context = options.context;
    context.thresholds = thresholds;
    const auto keep = [&](const CheckedFile& text, Findings& findings) {
      apply_suppressions({&text, 1}, findings);
      std::erase_if(findings.all(), [&](Finding& finding) { return !keep_finding(choice, finding); });
    };
    const auto left = fix_file({file, keep, options.load, context, options.findings}, options.fixes, output);
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
  const CheckTask task{run.site, run.sources, run.files, run.choices, options.context, std::launch::async};
  run.counts.suppressed = find_wanted(task, run.findings);
  if (!options.write_baseline.empty()) return write_baseline(options, run);
  if (!options.baseline.empty())
    if (const Status failed = apply_baseline(options.baseline, run)) return report_failure(*failed);
  const CheckReport report{run.findings, run.sources, run.counts, run.failures};
  int code = fails(run.findings, options.findings) ? exit_findings : exit_fine;
  if (!run.failures.empty()) code = exit_failure;
  return deliver(format_report(report, options), code, options.output);
}

}  // namespace core
