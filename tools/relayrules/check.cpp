// relayrules check: findings about rule files, for people and for programs.
#include <fmt/format.h>

#include "command.hpp"
#include "lint/run.hpp"
#include "load.hpp"
#include "report/check_report.hpp"

namespace relayrules {
namespace {

struct CheckOptions {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string output;
  LoadOptions load;
  FindingOptions findings;
};

std::optional<int> parse(int argc, char** argv, CheckOptions& options) {
  std::vector<std::string> formats = {"text"};
  for (const ReportFormat& format : report_formats()) formats.emplace_back(format.name);
  CLI::App app("Find what is dangerous, dead or not what its author meant.", "relayrules check");
  app.add_option("FILES", options.paths, "Rule files; '-' is standard input")->required();
  app.add_option("--format", options.format, "How to write the findings")
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT")
      ->capture_default_str();
  app.add_option("-o,--output", options.output, "Write the findings to this file")->type_name("FILE");
  add_load_options(app, options.load);
  add_finding_options(app, options.findings, "warning");
  return parse_command_line(app, argc, argv);
}

std::string format_report(const CheckReport& report, const CheckOptions& options) {
  if (const ReportFormat* format = find_report_format(options.format)) return format->format(report);
  const bool colour =
      options.output.empty() ? use_colour(options.findings, stdout) : options.findings.colour == "always";
  return format_for_people(report.findings, report.sources, options.findings, colour);
}

int print_report(const CheckReport& report, const CheckOptions& options) {
  const std::string text = format_report(report, options);
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
  Sources sources;
  Findings findings;
  const auto site = load_site(options.paths, options.load, sources, findings);
  if (!site.ok()) return report_failure(site.error());
  run_checks(site.value(), sources, findings);
  findings.sort();
  if (const int code = print_report({findings, sources, {}}, options)) return code;
  return fails(findings, options.findings) ? exit_findings : exit_fine;
}

}  // namespace relayrules
