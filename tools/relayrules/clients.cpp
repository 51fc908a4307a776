// relayrules clients: which clients came, by connection logs, how often and when.
#include "command.hpp"
#include "output.hpp"
#include "read_log.hpp"
#include "report/seen_clients.hpp"

namespace core {

int run_clients(int argc, char** argv) {
  std::vector<std::string> logs;
  std::string regex;
  std::string format = "text";
  CLI::App app("List the clients of connection logs, each once: how often it came, and when.", "relayrules clients");
  app.add_option("LOG", logs, "Logs of tcpserver, Postfix or Sendmail, or lists of clients; default: standard input");
  add_log_options(app, regex);
  app.add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  if (logs.empty()) logs.emplace_back("-");
  int code = exit_fine;
  const auto seen = read_logs(logs, regex, "list", code);
  if (!seen) return code;
  Output output;
  const auto write = [&](std::string_view text) { output.write(text); };
  if (format == "json")
    format_seen_clients_json(*seen, write);
  else
    format_seen_clients(*seen, write);
  code = output.finish(exit_fine);
  say_text(format_odd_lines(*seen));
  return code;
}

}  // namespace core
