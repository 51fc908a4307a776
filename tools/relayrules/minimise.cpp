// relayrules minimise: the smallest rule file that decides alike for every client, proved before it is printed.
#include <fmt/format.h>

#include <filesystem>

#include "analysis/minimise_text.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/unified_diff.hpp"
#include "site/read_clients.hpp"

namespace core {
namespace {

struct MinimiseOptions {
  std::string rules;
  std::string output = "-";
  bool diff = false;
  bool quiet = false;
  ReadOptions load;
};

std::optional<int> parse(int argc, char** argv, MinimiseOptions& options) {
  CLI::App app("Print the smallest rule file found that decides alike for every client.", "relayrules minimise");
  app.add_option("RULES", options.rules,
                 "Rules that are looked up by key, of tcprules or one of its dialects, or a CDB")
      ->required();
  app.add_option("-o,--output", options.output,
                 "The file to write or replace, which may be RULES; '-' is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--diff", options.diff, "Print what changes, as a unified diff");
  app.add_flag("-q,--quiet", options.quiet, "Do not say on standard error what was left out");
  add_load_options(app, options.load);
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (is_database(options.output))
    return report_usage(fmt::format("'{}' is a database; rules need another name", options.output));
  if (options.diff && options.output != "-")
    return report_usage("--diff shows what would change, and -o changes it: choose one");
  return std::nullopt;
}

SystemError refused(const std::string& path, std::string reason) {
  return {"minimise", path, EINVAL, std::move(reason)};
}

/// The rules as text: that of the file, or the rules that a CDB's records are.
Result<std::string> text_of(const std::string& path, const Policy& policy, const Format& format,
                            const Sources& sources) {
  if (!policy.is_by_key())
    return refused(path, fmt::format("it is {}; only tcprules, its dialects and CDBs can be minimised", policy.format));
  if (policy.span.size() > 0) return std::string(sources.text(policy.span));
  auto text = format.print(policy);
  if (!text)
    return refused(
        path,
        fmt::format("it holds a record that no line of {} text compiles to; 'relayrules dump' names it", format.name));
  return std::move(*text);
}

/// One line on standard error, so that nobody misses what became of the rules.
void print_summary(const analysis::MinimisedText& result, bool changed) {
  const auto rules = [](std::size_t count) { return fmt::format("{} rule{}", count, count == 1 ? "" : "s"); };
  if (!changed)
    say("{}: none can be left out or joined\n", rules(result.rules_before));
  else
    say("{} became {}; the decision is the same for every client\n", rules(result.rules_before), result.rules_after);
  if (result.unmatchable > 0)
    say("left out: {} that no client can match; 'relayrules check' tells why\n", rules(result.unmatchable));
}

}  // namespace

int run_minimise(int argc, char** argv) {
  MinimiseOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  const auto loaded = load_for_proof({options.rules}, options.load, sources);
  if (!loaded) return exit_failure;
  std::error_code ignored;
  if (!std::filesystem::equivalent(options.output, options.rules, ignored))
    if (const auto code = refuse_to_overwrite(options.output, "smaller file", {}, sources)) return *code;
  const Policy& policy = loaded->clients();
  const Format* known = find_format(policy.format);  // null for a CDB
  const Format& format = known != nullptr ? *known : *find_format(facts_of(options.load.program).rules);
  const auto before = text_of(options.rules, policy, format, sources);
  if (!before.ok()) return report_failure(before.error());
  const auto result = analysis::minimise_text(format, before.value(), policy);
  if (!result && policy.lookup.scheme == &ucspi_tcp6_keys)
    return report_failure(refused(options.rules, "networks of ucspi-tcp6 beside prefixes cannot be made fewer yet"));
  if (!result)
    return report_failure(refused(options.rules,
                                  "the smaller rules could not be proved to decide alike, so they are not printed: "
                                  "this is a mistake in relayrules, please report it"));
  if (!options.quiet) print_summary(*result, result->text != before.value());
  if (!options.diff) return deliver_exactly(result->text, exit_fine, options.output);
  return deliver_exactly(format_unified_diff(before.value(), result->text, options.rules, "minimised"), exit_fine, "-",
                         AnswerKind::patch);
}

}  // namespace core
