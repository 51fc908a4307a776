// relayrules checks and relayrules explain: what the checks say of themselves.
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
  const Format* format = detect_format(source->name(), source->text()).format();
  if (format == nullptr || check.bad.text.empty()) return {};
  const CheckedFile files[] = {{source, format}};
  run_checks(read_texts(files, {}, findings), sources, findings, check.example_context);
  apply_suppressions(files, findings);
  std::erase_if(findings.all(), [&](const Finding& finding) { return finding.kind->code != check.kind.code; });
  return format_findings(findings, sources, {});
}

}  // namespace

int run_checks_list(int argc, char** argv) {
  std::string format = "text";
  CLI::App app("List the checks.", "relayrules checks");
  app.add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  if (format == "json") return deliver(format_checks_json(), exit_fine);
  Output output;
  for (const Check* check : all_checks()) {
    output.print("{}  {:<24} {:<8} {}\n", check->kind.code, check->kind.name, severity_name(check->kind.severity),
                 check->summary);
    for (const Alias& alias : check->aliases)
      if (!alias.name.empty()) output.print("{}  {:<24} {:<8} see {}\n", alias.code, alias.name, "", check->kind.name);
  }
  return output.finish(exit_fine);
}

int run_explain(int argc, char** argv) {
  std::vector<std::string> names;
  CLI::App app("Explain checks: what really happens, why it matters, what to write.", "relayrules explain");
  app.add_option("CHECK", names, "Names or codes of checks")->required();
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  std::vector<const Check*> checks;
  for (const std::string& name : names) {
    checks.push_back(find_check(name));
    if (checks.back() == nullptr) return report_unknown_check(name);
  }
  Output output;
  for (const Check* check : checks) {
    if (check != checks.front()) output.write("\n\n");
    output.write(explain_check(*check, findings_of_example(*check), terminal_columns()));
  }
  return output.finish(exit_fine);
}

}  // namespace core
