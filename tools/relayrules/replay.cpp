// relayrules replay: which clients of a connection log two rule files or databases would decide differently.
#include "analysis/replay.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "read_log.hpp"
#include "report/replayed.hpp"

namespace core {
namespace {

struct ReplayOptions {
  std::string before;
  std::string after;
  std::string log = "-";
  std::string regex;
  std::string format = "text";
  std::size_t limit = 10;
  ReadOptions load;
};

std::optional<int> parse(int argc, char** argv, ReplayOptions& options) {
  CLI::App app("Tell which clients of a connection log two rule files or databases would decide differently.",
               "relayrules replay");
  app.add_option("OLD", options.before, "Rules or a CDB")->required();
  app.add_option("NEW", options.after, "Rules or a CDB")->required();
  app.add_option("LOG", options.log,
                 "A log of tcpserver, Postfix or Sendmail, or a list of clients; default: standard input");
  add_log_options(app, options.regex);
  app.add_option("--limit", options.limit, "Show at most so many clients of one kind; 0: all")->capture_default_str();
  app.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  add_load_options(app, options.load);
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (options.log == "-" && (options.before == "-" || options.after == "-"))
    return report_usage("standard input cannot hold both rules and the log");
  return std::nullopt;
}

}  // namespace

int run_replay(int argc, char** argv) {
  ReplayOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  const auto before = load_for_proof({options.before}, options.load, sources);
  if (!before) return exit_failure;
  const auto after = load_for_proof({options.after}, options.load, sources);
  if (!after) return exit_failure;
  int code = exit_fine;
  const auto read = read_logs({options.log}, options.regex, "replay", code);
  if (!read) return code;
  const analysis::SeenClients& seen = *read;
  const auto changes = analysis::replay(before->clients(), after->clients(), options.load.daemon, seen);
  const std::size_t shown = options.limit == 0 ? seen.count() : options.limit;
  const ReplayContext context{
      {before->clients(), sources, options.before}, {after->clients(), sources, options.after}, seen, shown};
  const std::string report =
      options.format == "json" ? format_replay_json(changes, context) : format_replay(changes, context);
  return deliver(report, changes.empty() ? exit_fine : exit_findings);
}

}  // namespace core
