// relayrules audit: who may send where, by the files of one server.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/audit.hpp"
#include "command.hpp"
#include "load_server.hpp"
#include "output.hpp"
#include "report/audit.hpp"
#include "report/audit_html.hpp"
#include "report/map.hpp"
#include "wanted.hpp"

namespace core {
namespace {

struct AuditOptions {
  ServerOptions server;
  std::string format = "text";
  std::string output = "-";
  bool forms = false;
  std::vector<std::string> readers;
};

std::optional<int> parse(int argc, char** argv, AuditOptions& options) {
  CLI::App app("Tell who may send where, by the files of one server, and whether it is an open relay.",
               "relayrules audit");
  add_server_options(app, options.server);
  app.add_option("--format", options.format, "text, json or html")
      ->check(CLI::IsMember({"text", "json", "html"}))
      ->capture_default_str();
  app.add_option("-o,--output", options.output, "The file to write or replace; '-' is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--forms", options.forms, "Also tell how each form of a relay test's recipients is read, on paper");
  std::vector<std::string> names;
  for (const analysis::MailServer reader : analysis::all_mail_servers)
    names.emplace_back(analysis::mail_server_name(reader));
  app.add_option("--reader", options.readers, "Only as this program reads them; may be given again")
      ->check(CLI::IsMember(names))
      ->type_name("PROGRAM");
  return parse_command_line(app, argc, argv);
}

std::vector<analysis::MailServer> chosen_readers(const AuditOptions& options) {
  std::vector<analysis::MailServer> readers;
  for (const analysis::MailServer reader : analysis::all_mail_servers) {
    const bool named = std::find(options.readers.begin(), options.readers.end(), analysis::mail_server_name(reader)) !=
                       options.readers.end();
    if (named || options.readers.empty()) readers.push_back(reader);
  }
  return readers;
}

/// What the checks say of the rules and the destinations, as far as comments do not allow it. Rules from a database have no text to point
/// at.
Findings check_files(const LoadedServer& loaded, const Sources& sources) {
  Site site;
  if (!loaded.rules.rules.empty() && loaded.rules.rules.front().span().size() != 0)
    site.policies.push_back(loaded.rules);
  if (loaded.server.destinations == analysis::Destinations::listed) site.destinations.push_back(loaded.server.accepted);
  std::vector<CheckedFile> files;
  for (std::size_t i = 0; i < sources.count(); ++i) {
    const Format* format = detect_format(sources.at(i).name(), sources.at(i).text());
    if (format == nullptr) format = find_format(loaded.rules.format);
    if (format != nullptr) files.push_back({&sources.at(i), format});
  }
  Findings findings;
  const Choices choices;
  const CheckContext context;
  find_wanted({site, sources, files, choices, context}, findings);
  return findings;
}

std::string html_page(const analysis::Audit& audit, const AuditContext& context, const LoadedServer& loaded,
                      const AuditOptions& options, const std::vector<analysis::FormRow>* forms) {
  const Findings findings = check_files(loaded, context.rules.sources);
  const std::string files = fmt::format("{}", fmt::join(options.server.paths, ", "));
  const NamedPolicy named{loaded.rules, context.rules.sources, files};
  const auto regions = analysis::decided_regions(analysis::partition(loaded.rules, loaded.server.daemon));
  const std::string map = format_map(regions, named);
  return format_audit_html(audit, context, {files, forms, chosen_readers(options), findings, map});
}

}  // namespace

int run_audit(int argc, char** argv) {
  AuditOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  const auto loaded = load_server(options.server, sources);
  if (const int* code = std::get_if<int>(&loaded)) return *code;
  const LoadedServer& server = *std::get_if<LoadedServer>(&loaded);
  if (const auto code = refuse_to_overwrite(options.output, "report", server.paths, sources)) return *code;
  const analysis::Audit audit = analysis::audit(server.rules, server.server);
  const AuditContext context{{server.rules, sources, server.rules_name}, server.server, server.notes};
  const bool wants_forms = options.forms || !options.readers.empty();
  std::vector<analysis::FormRow> forms;
  if (wants_forms) forms = analysis::try_forms(server.server, audit.destinations);
  const std::vector<analysis::FormRow>* wanted = wants_forms ? &forms : nullptr;
  std::string report;
  if (options.format == "json")
    report = format_audit_json(audit, context, wanted);
  else if (options.format == "html")
    report = html_page(audit, context, server, options, wanted);
  else
    report = format_audit(audit, context) + (wants_forms ? format_forms(forms, chosen_readers(options)) : "");
  return deliver(report, audit.is_open() ? exit_findings : exit_fine, options.output);
}

}  // namespace core
