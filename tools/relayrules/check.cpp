// relayrules check: findings about rule files, for people and for programs.
#include <fmt/format.h>

#include <iterator>

#include "base/file.hpp"
#include "command.hpp"
#include "inputs.hpp"
#include "lint/run.hpp"
#include "load.hpp"
#include "report/check_report.hpp"
#include "report/text.hpp"

namespace relayrules {
namespace {

struct CheckOptions {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string output;
  std::string stdin_name = standard_input_name;
  bool verbose = false;
  bool statistics = false;
  LoadOptions load;
  FindingOptions findings;
};

std::optional<int> parse(int argc, char** argv, CheckOptions& options) {
  std::vector<std::string> formats = {"text"};
  for (const ReportFormat& format : report_formats()) formats.emplace_back(format.name);
  CLI::App app("Find what is dangerous, dead or not what its author meant.", "relayrules check");
  app.add_option("FILES", options.paths, "Rule files and folders; '-' is standard input")->required();
  app.add_option("--format", options.format, "How to write the findings")
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT")
      ->capture_default_str();
  app.add_option("-o,--output", options.output, "Write the findings to this file")->type_name("FILE");
  app.add_option("--stdin-name", options.stdin_name, "Take standard input for this file")->type_name("NAME");
  app.add_flag("--statistics", options.statistics, "Print how often each check fired, not the findings");
  app.add_flag("-v,--verbose", options.verbose, "Say how each file is read, and which are skipped");
  add_load_options(app, options.load);
  add_finding_options(app, options.findings, "warning");
  return parse_command_line(app, argc, argv);
}

/// What one call of the command reads and finds.
struct Run {
  Sources sources;
  Findings findings;
  Site site;
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

/// Reads one file as a policy or list of its own. One that cannot be read does not keep the others from being checked.
void read_input(const std::string& path, const CheckOptions& options, Run& run) {
  const auto source = read_source(run.sources, path, options.stdin_name);
  if (!source.ok()) return run.fail(source.error());
  const auto format = choose_format(*source.value(), options.load);
  if (!format.ok()) return run.fail(format.error());
  if (options.verbose) fmt::print(stderr, "{}: {}\n", source.value()->name(), format.value()->name);
  add_to_site(run.site, parse_as_site(*format.value(), *source.value(), options.load, run.findings));
  ++run.counts.files;
}

void read_inputs(const CheckOptions& options, Run& run) {
  const bool any_format = options.load.extended || !options.load.from.empty();
  const Inputs inputs = find_inputs(options.paths, any_format);
  for (const SystemError& error : inputs.failures) run.fail(error);
  for (const std::string& path : inputs.files) read_input(path, options, run);
  run.counts.skipped = inputs.skipped.size();
  run.counts.summarised = inputs.has_folder;
  if (!options.verbose) return;
  for (const std::string& path : inputs.skipped) fmt::print(stderr, "{}: skipped, no rule file\n", path);
}

std::string format_text(const CheckReport& report, const CheckOptions& options) {
  if (options.statistics) return format_statistics(report.findings);
  const bool colour =
      options.output.empty() ? use_colour(options.findings, stdout) : options.findings.colour == "always";
  return format_for_people(report, options.findings, colour);
}

int print_report(const CheckReport& report, const CheckOptions& options) {
  const ReportFormat* format = find_report_format(options.format);
  const std::string text = format != nullptr ? format->format(report) : format_text(report, options);
  if (!options.output.empty()) {
    if (const Status failed = write_output(options.output, text)) return report_failure(*failed);
    return exit_fine;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return exit_fine;
}

}  // namespace

int run_check(int argc, char** argv) {
  CheckOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Run run;
  read_inputs(options, run);
  run_checks(run.site, run.sources, run.findings);
  run.findings.sort();
  const CheckReport report{run.findings, run.sources, run.counts, run.failures};
  if (const int code = print_report(report, options)) return code;
  if (!run.failures.empty()) return exit_failure;
  return fails(run.findings, options.findings) ? exit_findings : exit_fine;
}

}  // namespace relayrules
