// relayrules checks and relayrules explain: what the checks say of themselves.
#include <fmt/format.h>

#include "command.hpp"
#include "lint/check.hpp"
#include "lint/run.hpp"
#include "lint/suppress.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/explain.hpp"
#include "report/text.hpp"

namespace core {
namespace {

/// What the checker prints of the bad example, for the page.
std::string findings_of_example(const Check& check) {
  Sources sources;
  Findings findings;
  const Source* source = sources.add(std::string(check.bad.file_name), check.bad.text);
  const Format* format = detect_format(source->name(), source->text());
  if (format == nullptr || check.bad.text.empty()) return {};
  const CheckedFile files[] = {{source, format}};
  run_checks(read_texts(files, {}, findings), sources, findings, check.example_context);
  apply_suppressions(files, findings);
  std::erase_if(findings.all(), [&](const Finding& finding) { return finding.kind->code != check.kind.code; });
  return format_findings(findings, sources, {});
}

}  // namespace

int run_checks_list(int argc, char** argv) {
  CLI::App app("List the checks.", "relayrules checks");
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  Output output;
  for (const Check* check : all_checks())
    output.print("{}  {:<24} {:<8} {}\n", check->kind.code, check->kind.name, severity_name(check->kind.severity),
                 check->summary);
  return output.finish(exit_fine);
}

int run_explain(int argc, char** argv) {
  std::string name;
  CLI::App app("Explain a check: what really happens, why it matters, what to write.", "relayrules explain");
  app.add_option("CHECK", name, "Name or code of the check")->required();
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  const Check* check = find_check(name);
  if (check == nullptr) {
    const std::string_view closest = closest_check_name(name);
    const std::string hint = closest.empty() ? "" : fmt::format("; did you mean '{}'?", closest);
    return report_usage(fmt::format("there is no check '{}'{} ('relayrules checks' lists them)", name, hint));
  }
  return deliver(explain_check(*check, findings_of_example(*check)), exit_fine);
}

}  // namespace core
