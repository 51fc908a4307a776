// relayrules audit: who may send where, by the files of one server.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/audit.hpp"
#include "analysis/audit_forms.hpp"
#include "command.hpp"
#include "load_server.hpp"
#include "report/audit.hpp"

namespace relayrules {
namespace {

struct AuditOptions {
  ServerOptions server;
  std::string format = "text";
  bool forms = false;
  std::vector<std::string> readers;
};

std::optional<int> parse(int argc, char** argv, AuditOptions& options) {
  CLI::App app("Tell who may send where, by the files of one server, and whether it is an open relay.",
               "relayrules audit");
  add_server_options(app, options.server);
  app.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_flag("--forms", options.forms, "Also tell how each form of a relay test's recipients is read, on paper");
  std::vector<std::string> names;
  for (const analysis::Reader reader : analysis::all_readers) names.emplace_back(analysis::reader_name(reader));
  app.add_option("--reader", options.readers, "Only as this program reads them; may be given again")
      ->check(CLI::IsMember(names))
      ->type_name("PROGRAM");
  return parse_command_line(app, argc, argv);
}

std::vector<analysis::Reader> chosen_readers(const AuditOptions& options) {
  std::vector<analysis::Reader> readers;
  for (const analysis::Reader reader : analysis::all_readers) {
    const bool named = std::find(options.readers.begin(), options.readers.end(), analysis::reader_name(reader)) !=
                       options.readers.end();
    if (named || options.readers.empty()) readers.push_back(reader);
  }
  return readers;
}

}  // namespace

int run_audit(int argc, char** argv) {
  AuditOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  const auto loaded = load_server(options.server, sources);
  if (const int* code = std::get_if<int>(&loaded)) return *code;
  const auto& [rules, rules_name, server, notes] = *std::get_if<LoadedServer>(&loaded);
  const analysis::Audit audit = analysis::audit(rules, server);
  const AuditContext context{{rules, sources, rules_name}, server, notes};
  const bool wants_forms = options.forms || !options.readers.empty();
  std::vector<analysis::FormRow> forms;
  if (wants_forms) forms = analysis::try_forms(server, audit.destinations);
  if (options.format == "json")
    fmt::print("{}", format_audit_json(audit, context, wants_forms ? &forms : nullptr));
  else
    fmt::print("{}{}", format_audit(audit, context), wants_forms ? format_forms(forms, chosen_readers(options)) : "");
  return audit.is_open() ? exit_findings : exit_fine;
}

}  // namespace relayrules
