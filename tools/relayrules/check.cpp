// relayrules check: findings about rule files, for people and for programs.
#include <fmt/format.h>

#include "command.hpp"
#include "fix.hpp"
#include "lint/run.hpp"
#include "load.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace relayrules {

int run_check(int argc, char** argv) {
  std::vector<std::string> paths;
  std::string format = "text";
  LoadOptions load;
  FindingOptions options;
  FixOptions fixes;
  CLI::App app("Find what is dangerous, dead or not what its author meant.", "relayrules check");
  app.add_option("FILES", paths, "Rule files; '-' is standard input")->required();
  app.add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  add_fix_options(app, fixes);
  add_load_options(app, load);
  add_finding_options(app, options, "warning");
  if (const auto code = parse_command_line(app, argc, argv)) return *code;

  const auto keep_all = [](const Sources&, const Source&, const Format&, Findings&) {};
  if (const auto code = fix_files({paths, load, options, keep_all}, fixes)) return *code;
  Sources sources;
  Findings findings;
  const auto site = load_site(paths, load, sources, findings);
  if (!site.ok()) return report_failure(site.error());
  run_checks(site.value(), sources, findings);
  findings.sort();
  if (format == "json")
    fmt::print("{}", format_findings_json(findings, sources));
  else
    print_findings(findings, sources, options, stdout);
  return fails(findings, options) ? exit_findings : exit_fine;
}

}  // namespace relayrules
