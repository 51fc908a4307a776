// relayrules diff: for which clients two rule files or databases decide differently.

#include <cstdlib>

#include "analysis/diff.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/changes.hpp"

namespace core {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  std::string format = "text";
  std::string only;
  bool summary = false;
  ReadOptions load;
};

std::optional<int> parse(int argc, char** argv, DiffOptions& options) {
  CLI::App app("Tell for which clients two rule files or databases decide differently, over all clients there can be.",
               "relayrules diff");
  app.add_option("OLD", options.before, "Rules or a CDB")->required();
  app.add_option("NEW", options.after, "Rules or a CDB")->required();
  app.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--only", options.only, "relay: only who gains or loses relaying")->check(CLI::IsMember({"relay"}));
  app.add_flag("--summary", options.summary, "One line for each kind of change");
  add_load_options(app, options.load);
  return parse_command_line(app, argc, argv);
}

bool is_about_relaying(const analysis::Change& change) {
  return change.kind == analysis::ChangeKind::relay_gained || change.before.effect.relay != change.after.effect.relay;
}

}  // namespace

int run_diff(int argc, char** argv) {
  DiffOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  const auto before = load_for_proof({options.before}, options.load, sources);
  if (!before) return exit_failure;
  const auto after = load_for_proof({options.after}, options.load, sources);
  if (!after) return exit_failure;
  auto changes = analysis::diff(before->clients(), after->clients(), options.load.daemon);
  if (!options.only.empty())
    std::erase_if(changes, [](const analysis::Change& change) { return !is_about_relaying(change); });
  const ChangeContext context{{before->clients(), sources, options.before}, {after->clients(), sources, options.after}};
  const std::string report = options.format == "json" ? format_changes_json(changes, context)
                             : options.summary        ? format_change_summary(changes)
                                                      : format_changes(changes, context);
  // the system takes a million rules back faster than a million destructors do
  std::_Exit(deliver(report, changes.empty() ? exit_fine : exit_findings));
}

}  // namespace core
