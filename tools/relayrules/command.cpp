// What the subcommands share in talking to the user: see command.hpp.
#include "command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/edit_distance.hpp"
#include "lint/check.hpp"
#include "output.hpp"
#include "report/text.hpp"

namespace core {

namespace {

/// Where a subcommand that is only asked to describe itself leaves its options; null in every other run.
std::vector<OptionDescription>* describing = nullptr;

/// The words of "TEXT:{json,text}", which is how CLI11 writes the values that it checks for.
std::vector<std::string> choices_of(std::string_view type) {
  std::vector<std::string> choices;
  const std::size_t open = type.find('{');
  if (open == std::string_view::npos) return choices;
  type = type.substr(open + 1, type.find('}', open) - open - 1);
  while (!type.empty()) {
    const std::size_t comma = std::min(type.find(','), type.size());
    choices.emplace_back(type.substr(0, comma));
    type.remove_prefix(std::min(comma + 1, type.size()));
  }
  return choices;
}

OptionDescription describe(const CLI::Option& option) {
  OptionDescription description;
  for (const std::string& name : option.get_snames()) description.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) description.names.push_back("--" + name);
  const std::string type = option.get_type_name();
  description.type = description.names.empty() ? option.get_name() : type.substr(0, type.find(':'));
  description.description = option.get_description();
  description.choices = choices_of(type);
  description.takes_value = option.get_items_expected_max() > 0;
  return description;
}

/// What was meant by the first option that there is not.
std::string hint_for(const CLI::App& app) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const std::string& word : app.remaining())
    if (word.starts_with("--")) return did_you_mean(word.substr(0, word.find('=')), known);
  return {};
}

}  // namespace

std::vector<OptionDescription> describe_options(const Command& command) {
  std::vector<OptionDescription> options;
  std::string name(command.name);
  char* argv[] = {name.data(), nullptr};
  describing = &options;
  command.run(1, argv);
  describing = nullptr;
  return options;
}

std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv) {
  if (describing != nullptr) {
    for (const CLI::Option* option : app.get_options()) describing->push_back(describe(*option));
    return exit_fine;
  }
  app.get_formatter()->column_width(34);
  if (app.get_footer().empty()) app.footer(exit_codes_text);
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& asked_for_help) {
    return deliver(app.help(), exit_fine);
  } catch (const CLI::ParseError& error) {
    return report_usage(fmt::format("{}{} ('{} --help' tells more)", error.what(), hint_for(app), app.get_name()));
  }
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  Nearest nearest(word, 2);
  for (const std::string& name : known) nearest.try_word(name);
  return nearest.word().empty() ? "" : fmt::format("; did you mean '{}'?", nearest.word());
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
  app.add_flag("--all", options.all, "Print all findings; else what is repeated is counted");
  app.add_flag("-q,--quiet", options.quiet, "Print no summary and no notes");
}

bool fails(const Findings& findings, const FindingOptions& options) {
  if (options.fail_on == "never") return false;
  if (findings.count(Severity::error) != 0) return true;
  if (options.fail_on == "error") return false;
  if (findings.count(Severity::warning) != 0) return true;
  return options.fail_on == "note" && findings.count(Severity::note) != 0;
}

std::string format_for_people(const CheckReport& report, const FindingOptions& options, bool colour) {
  TextStyle style;
  style.colour = colour;
  style.notes = options.notes && !options.quiet;
  style.fold_after = options.all ? 0 : 5;
  std::string text = format_findings(report.findings, report.sources, style);
  if (options.quiet || (text.empty() && !report.counts.summarised)) return text;
  if (!text.empty()) text += '\n';
  return text + format_summary(report) + "\n";
}

void print_findings(const Findings& findings, const Sources& sources, const FindingOptions& options) {
  say_text(format_for_people({findings, sources, {}, {}}, options, use_colour(options.colour, STDERR_FILENO)));
}

int report_failure(const SystemError& error) {
  say("relayrules: {}\n", error.message());
  return exit_failure;
}

int report_unknown_check(const std::string& name) {
  const std::string_view closest = closest_check_name(name);
  const std::string hint = closest.empty() ? "" : fmt::format("; did you mean '{}'?", closest);
  return report_usage(fmt::format("there is no check {}{} ('relayrules checks' lists them)", core::quoted(name), hint));
}

int report_usage(const std::string& message) {
  say("relayrules: {}\n", message);
  return exit_usage;
}

}  // namespace core
