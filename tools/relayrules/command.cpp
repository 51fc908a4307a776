// What the subcommands share in talking to the user: see command.hpp.
#include "command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.hpp"
#include "report/text.hpp"

namespace relayrules {

std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv) {
  app.get_formatter()->column_width(34);
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& asked_for_help) {
    app.exit(asked_for_help, std::cout, std::cerr);
    return exit_fine;
  } catch (const CLI::ParseError& error) {
    return report_usage(fmt::format("{} ('{} --help' tells more)", error.what(), app.get_name()));
  }
}

void add_finding_options(CLI::App& app, FindingOptions& options, std::string fail_on) {
  options.fail_on = std::move(fail_on);
  app.add_option("--fail-on", options.fail_on, "Fail on findings of this severity or above")
      ->check(CLI::IsMember({"error", "warning", "note", "never"}))
      ->type_name("SEVERITY")
      ->capture_default_str();
  app.add_option("--color,--colour", options.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->capture_default_str();
  app.add_flag("-q,--quiet", options.quiet, "Print no summary and no notes");
}

namespace {

bool use_colour(const FindingOptions& options, std::FILE* stream) {
  if (options.colour != "auto") return options.colour == "always";
  const char* no_colour = std::getenv("NO_COLOR");
  return (no_colour == nullptr || *no_colour == '\0') && ::isatty(::fileno(stream)) == 1;
}

}  // namespace

bool fails(const Findings& findings, const FindingOptions& options) {
  if (options.fail_on == "never") return false;
  if (findings.count(Severity::error) != 0) return true;
  if (options.fail_on == "error") return false;
  if (findings.count(Severity::warning) != 0) return true;
  return options.fail_on == "note" && findings.count(Severity::note) != 0;
}

void print_findings(const Findings& findings, const Sources& sources, const FindingOptions& options,
                    std::FILE* stream) {
  const TextStyle style{use_colour(options, stream)};
  const bool notes = options.notes && !options.quiet;
  bool first = true;
  for (const Finding& finding : findings.all()) {
    if (!notes && finding.severity == Severity::note) continue;
    const std::string text = (first ? "" : "\n") + format_finding(finding, sources, style);
    std::fwrite(text.data(), 1, text.size(), stream);
    first = false;
  }
  if (!options.quiet && !first) fmt::print(stream, "\n{}\n", format_summary(findings));
}

int deliver(const std::string& text, const std::string& path, int code) {
  if (path != "-") {
    const Status failed = replace_file(path, text);
    return failed ? report_failure(*failed) : code;
  }
  fmt::print("{}", text);
  return code;
}

int report_failure(const SystemError& error) {
  fmt::print(stderr, "relayrules: {}\n", error.message());
  return exit_failure;
}

int report_usage(const std::string& message) {
  fmt::print(stderr, "relayrules: {}\n", message);
  return exit_usage;
}

}  // namespace relayrules
