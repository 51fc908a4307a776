// relayrules lookup: what holds for a client, and why. Asks a CDB as tcpserver would, or rules as their program would.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/cursor.hpp"
#include "base/file.hpp"
#include "cdb/value.hpp"
#include "command.hpp"
#include "decider.hpp"
#include "each_line.hpp"
#include "lookup_mail.hpp"
#include "output.hpp"
#include "report/json.hpp"
#include "site/servers.hpp"

namespace core {
namespace {

struct LookupOptions {
  std::vector<std::string> rules;
  bool batch = false;  ///< the clients are on standard input
  std::string ip;
  std::optional<std::string> host;
  std::optional<std::string> info;
  std::string format;
  bool trace = false;
  MailQuestion mail;
  ReadOptions load;

  /// True when a whole server is asked what becomes of a mail.
  [[nodiscard]] bool asks_server() const { return mail.is_asked() || server_of(rules, load) != Server::unknown; }
};

/// What the options say together.
std::optional<int> check_usage(LookupOptions& options) {
  // "FILE -" reads clients, "- --ip ADDRESS" reads rules
  options.batch = options.ip.empty() && options.rules.size() > 1 && options.rules.back() == "-";
  if (options.batch) options.rules.pop_back();
  const bool many = options.batch;
  if (many == !options.ip.empty())
    return report_usage("lookup needs either --ip ADDRESS, or '-' for a list of clients");
  if (many && options.rules.front() == "-")
    return report_usage("standard input cannot hold both the rules and the clients");
  if (many && (options.host || options.info))
    return report_usage("a list of clients has its own names: leave out --host and --info");
  if (many && options.format == "text")
    return report_usage("the answers to a list of clients are JSON lines: leave out --format text");
  if (options.format.empty()) options.format = many ? "json" : "text";
  if (options.trace && options.format != "text")
    return report_usage("--trace is for people: it goes with --format text and --ip only");
  if (options.format == "record" && (many || options.asks_server()))
    return report_usage("--format record is the answer to one client by its rules");
  return std::nullopt;
}

void add_mail_options(CLI::App& app, MailQuestion& mail) {
  app.add_option("--sender", mail.sender, "Ask a server about mail from this sender")->type_name("ADDRESS");
  app.add_option("--rcpt", mail.recipient, "Ask a server about mail to this recipient")->type_name("ADDRESS");
  app.add_flag("--auth", mail.login, "The client has logged in");
  app.add_flag("--granted", mail.granted, "A login elsewhere lets the client relay");
  app.add_flag("--unverified", mail.unverified, "The client's name does not lead back to its address");
  app.add_option("--listener", mail.listener, "The address and port, or the name, of the listener")
      ->type_name("LISTENER");
}

std::optional<int> parse(int argc, char** argv, LookupOptions& options) {
  CLI::App app("Tell what holds for a client, and why.", "relayrules lookup");
  app.add_option("DB-OR-RULES", options.rules,
                 "A CDB, rule files, or a server's folder; then '-' without --ip: read clients from standard input, a "
                 "line each: IP TAB HOST TAB INFO; of a server, a JSON object each")
      ->required();
  app.add_option("--ip", options.ip, "The client's address")->type_name("ADDRESS");
  app.add_option("--host", options.host, "The client's reverse DNS name")->type_name("NAME");
  app.add_option("--info", options.info, "What ident said of the client")->type_name("TEXT");
  add_mail_options(app, options.mail);
  app.add_option("--format", options.format,
                 "text, json, or record: for a program; a list of clients is always answered in JSON")
      ->check(CLI::IsMember({"text", "json", "record"}));
  app.add_flag("--trace", options.trace, "Show every key or rule that was asked, in order");
  add_interfaces_option(app, options.load);
  add_load_options(app, options.load);
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  return check_usage(options);
}

/// The client as it was written.
std::optional<Client> make_client(std::string_view ip, const std::optional<std::string>& host,
                                  const std::optional<std::string>& info) {
  const auto address = parse_address(ip);
  if (!address) return std::nullopt;
  Client client;
  client.address = *address;
  client.host = host;
  client.info = info;
  return client;
}

/// "PLACE NUL" and what would be the value of the rule's record in a CDB: who applies such values applies this, too.
std::string format_record(const Answer& answer) {
  const LookupAnswer& result = answer.result;
  const std::string& rule = answer.place.empty() && result.matched ? *result.matched : answer.place;
  return rule + '\0' + cdb::encode_value(result.allowed ? Access::allow : Access::deny, result.edits);
}

void print_answer(const Answer& answer, const Decider& decider, Output& output) {
  const LookupAnswer& result = answer.result;
  if (result.is_table) {
    output.print("{}: {}\n", format_address(result.client.address),
                 result.value ? printable(*result.value) : "not found");
    if (!answer.place.empty()) output.print("  rule   {}\n", format_rule(answer));
    return;
  }
  output.print("{}: {}{}\n", format_address(result.client.address), result.allowed ? "allow" : "deny",
               result.relay                             ? ", may send to any domain"
               : result.allowed && decider.lets_relay() ? ", may send only to the domains that are listed (rcpthosts)"
                                                        : "");
  if (!result.matched)
    output.print("  nothing matched: clients that no rule is about are {}\n", result.allowed ? "allowed" : "denied");
  else
    output.print("  key    {}\n", result.matched->empty() ? "(the empty key)" : *result.matched);
  if (!answer.place.empty()) output.print("  rule   {}\n", format_rule(answer));
  for (const EnvEdit& edit : result.edits) {
    if (edit.unset)
      output.print("  unset  {}\n", core::quoted(edit.name()));
    else
      output.print("  env    {}=\"{}\"\n", edit.name(), edit.value());
  }
}

void print_trace(const Answer& answer, Output& output) {
  for (const TraceStep& step : answer.trace)
    output.print("  asked  {:<32} {}\n", step.asked.empty() ? "(the empty key)" : step.asked,
                 step.rule ? "found" : "-");
}

int look_up_one(const Decider& decider, const LookupOptions& options) {
  const auto client = make_client(options.ip, options.host, options.info);
  if (!client) return report_usage(fmt::format("{} is no IPv4 or IPv6 address", core::quoted(options.ip)));
  auto answer = decider.decide(*client);
  if (!answer.ok()) return report_failure(answer.error());
  if (!answer.value().unknown.empty())
    return report_failure(
        {"answer for", options.ip, 0, answer.value().unknown + " (" + format_rule(answer.value()) + ")"});
  if (options.format == "json") return deliver(format_lookup_json(answer.value().result), exit_fine);
  if (options.format == "record") return deliver_exactly(format_record(answer.value()), exit_fine);
  Output output("-", AnswerKind::lookup);
  if (options.trace) print_trace(answer.value(), output);
  print_answer(answer.value(), decider, output);
  return output.finish(exit_fine);
}

/// Up to three tab-separated fields; an empty or missing one is none.
std::optional<Client> parse_client_line(std::string_view line) {
  std::optional<std::string> fields[3];
  for (auto& field : fields) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    if (tab > 0) field = std::string(line.substr(0, tab));
    line.remove_prefix(std::min(tab + 1, line.size()));
  }
  // what stands behind a third tab is no part of a client, and the client not the one that was meant
  return fields[0] && line.empty() ? make_client(*fields[0], fields[1], fields[2]) : std::nullopt;
}

int look_up_line(const Decider& decider, std::string_view line, std::size_t number, Output& output) {
  const auto client = parse_client_line(trimmed_right(line, "\r"));
  if (!client) {
    output.write(
        format_lookup_error_json(number, "the line is no 'IP TAB HOST TAB INFO' with an IPv4 or IPv6 address"));
    return exit_findings;
  }
  const auto answer = decider.decide(*client);
  if (!answer.ok()) return report_failure(answer.error());
  const std::string& unknown = answer.value().unknown;
  output.write(unknown.empty() ? format_lookup_json(answer.value().result) : format_lookup_error_json(number, unknown));
  return unknown.empty() ? exit_fine : exit_findings;
}

int look_up_for_server(const LookupOptions& options) {
  std::optional<Client> client;
  if (!options.batch) {
    client = make_client(options.ip, options.host, options.info);
    if (!client) return report_usage(fmt::format("{} is no IPv4 or IPv6 address", core::quoted(options.ip)));
    client->address = unmapped(client->address);
  }
  return look_up_mail(options.rules, options.load, client, options.mail, options.format == "json", options.trace);
}

}  // namespace

int run_lookup(int argc, char** argv) {
  LookupOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  if (options.asks_server()) return look_up_for_server(options);
  options.load.as_this_host = true;
  Sources sources;
  const auto decider = make_decider(options.rules, options.load, options.batch, sources);
  if (decider == nullptr) return exit_failure;
  if (!options.batch) return look_up_one(*decider, options);
  return answer_each_line([&](std::string_view line, std::size_t number, Output& output) {
    return look_up_line(*decider, line, number, output);
  });
}

}  // namespace core
