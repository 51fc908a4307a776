// relayrules checks and relayrules explain: what the checks say of themselves.
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "command.hpp"
#include "lint/check.hpp"

namespace relayrules {
namespace {

std::string nearest_check(std::string_view name) {
  std::string nearest;
  std::size_t best = 4;  // further away it would be a guess
  for (const Check* check : all_checks()) {
    const std::size_t distance = edit_distance(name, check->kind.name);
    if (distance >= best) continue;
    best = distance;
    nearest = fmt::format("; did you mean '{}'?", check->kind.name);
  }
  return nearest;
}

void print_example(std::string_view title, const Example& example) {
  fmt::print("\n{} ({}):\n\n", title, example.file_name);
  std::string_view text = example.text;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    fmt::print("    {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void print_page(const Check& check) {
  fmt::print("{} {} ({})\n{}\n\n{}", check.kind.code, check.kind.name, severity_name(check.kind.severity), check.summary,
             check.rationale);
  print_example("Bad", check.bad);
  print_example("Good", check.good);
  fmt::print("\nFormats: {}\n", check.formats);
}

}  // namespace

int run_checks_list(int argc, char** argv) {
  CLI::App app("List the checks.", "relayrules checks");
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  for (const Check* check : all_checks())
    fmt::print("{}  {:<24} {:<8} {}\n", check->kind.code, check->kind.name, severity_name(check->kind.severity), check->summary);
  return exit_fine;
}

int run_explain(int argc, char** argv) {
  std::string name;
  CLI::App app("Explain a check: what really happens, why it matters, what to write.", "relayrules explain");
  app.add_option("NAME", name, "Name or code of the check")->required();
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  const Check* check = find_check(name);
  if (check == nullptr) return report_usage(fmt::format("there is no check '{}'{} ('relayrules checks' lists them)", name, nearest_check(name)));
  print_page(*check);
  return exit_fine;
}

}  // namespace relayrules
