// relayrules diff: for which clients two rule files or databases decide differently.

#include "analysis/diff.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/changes.hpp"
#include "report/mail_changes.hpp"
#include "site/servers.hpp"

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
  app.add_option("OLD", options.before, "Rules, a CDB, or a server's folder")->required();
  app.add_option("NEW", options.after, "Rules, a CDB, or a server's folder; the servers may be of two kinds")
      ->required();
  app.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--only", options.only, "relay: only who gains or loses relaying")->check(CLI::IsMember({"relay"}));
  app.add_flag("--summary", options.summary, "One line for each kind of change");
  add_interfaces_option(app, options.load);
  add_load_options(app, options.load);
  return parse_command_line(app, argc, argv);
}

bool is_about_relaying(const analysis::Effect& before, const analysis::Effect& after) {
  return before.relay != after.relay;
}

/// Two servers, perhaps of two kinds: which mail is taken otherwise.
int diff_servers(const DiffOptions& options) {
  if (options.summary || !options.only.empty())
    return report_usage("--only and --summary are about rules for clients; of servers all mail is compared");
  Sources sources;
  ReadOptions load = options.load;
  load.scope = Scope::server;
  load.login = true;
  const auto before = load_for_proof({options.before}, load, sources);
  if (!before) return exit_failure;
  const auto after = load_for_proof({options.after}, load, sources);
  if (!after) return exit_failure;
  const analysis::MailMatrix matrix({&*before, &*after});
  const std::vector<analysis::MailChange> changes = analysis::mail_changes(matrix);
  const int code = changes.empty() ? exit_fine : exit_findings;
  if (options.format == "json") return deliver(format_mail_changes_json(matrix, changes, sources), code);
  return deliver(format_mail_changes(matrix, changes, sources), code, "-", AnswerKind::changes);
}

}  // namespace

int run_diff(int argc, char** argv) {
  DiffOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  const bool are_servers = server_of({options.before}, options.load) != Server::unknown ||
                           server_of({options.after}, options.load) != Server::unknown;
  if (are_servers) return diff_servers(options);
  Sources sources;
  const auto before = load_for_proof({options.before}, options.load, sources);
  if (!before) return exit_failure;
  const auto after = load_for_proof({options.after}, options.load, sources);
  if (!after) return exit_failure;
  analysis::Changes changes(before->clients(), after->clients(), options.load.daemon);
  if (!options.only.empty()) changes.keep(is_about_relaying);
  const ChangeContext context{{before->clients(), sources, options.before}, {after->clients(), sources, options.after}};
  Output output("-", options.format == "json" ? AnswerKind::plain : AnswerKind::changes);
  const auto write = [&](std::string_view text) { output.write(text); };
  if (options.format == "json")
    format_changes_json(changes, context, write);
  else if (options.summary)
    write(format_change_summary(changes));
  else
    format_changes(changes, context, write);
  return end_at_once(output.finish(changes.empty() ? exit_fine : exit_findings));
}

}  // namespace core
