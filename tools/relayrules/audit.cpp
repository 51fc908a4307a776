// relayrules audit: who may send where, by the files of one server.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/audit.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/audit.hpp"
#include "report/audit_html.hpp"
#include "report/map.hpp"
#include "wanted.hpp"

namespace core {
namespace {

struct AuditOptions {
  std::vector<std::string> paths;
  ReadOptions read;
  std::string format = "text";
  std::string output = "-";
  bool forms = false;
  std::vector<std::string> readers;
};

void add_server_options(CLI::App& app, AuditOptions& options) {
  app.add_option(
         "FILES", options.paths,
         "The files of one server: rules about clients or a CDB, main.cf, sendmail.mc, rcpthosts, ...; or their folder")
      ->required();
  add_networks_option(
      app, "--local", [&options](std::vector<Prefix> networks) { options.read.local = std::move(networks); },
      "Networks that are ours, with commas between them");
  add_interfaces_option(app, options.read);
  app.add_flag("--no-rcpthosts", options.read.no_destinations, "The server has no rcpthosts: it accepts every domain");
  app.add_flag("--auth", options.read.login, "The server offers SMTP AUTH: whoever logs in may relay");
  app.add_option("--grants", options.read.grants, "Folder with a file for each client that a login let relay")
      ->type_name("DIR");
  app.add_option("--grant-seconds", options.read.grant_seconds, "How long a grant lasts")
      ->type_name("N")
      ->capture_default_str();
  add_load_options(app, options.read);
}

std::optional<int> parse(int argc, char** argv, AuditOptions& options) {
  CLI::App app("Tell who may send where, by the files of one server, and whether it is an open relay.",
               "relayrules audit");
  add_server_options(app, options);
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
  options.read.scope = Scope::server;
  return parse_command_line(app, argc, argv);
}

/// Those that were named, or else the server's own; without either all.
std::vector<analysis::MailServer> chosen_readers(const AuditOptions& options, const Site& site) {
  if (options.readers.empty() && site.server == Server::postfix) return {analysis::MailServer::postfix};
  if (options.readers.empty() && site.server == Server::sendmail) return {analysis::MailServer::sendmail};
  std::vector<analysis::MailServer> readers;
  for (const analysis::MailServer reader : analysis::all_mail_servers) {
    const bool named = std::find(options.readers.begin(), options.readers.end(), analysis::mail_server_name(reader)) !=
                       options.readers.end();
    if (named || options.readers.empty()) readers.push_back(reader);
  }
  return readers;
}

/// What the checks say of the rules and the destinations, and what was `found` when they were read, as far as comments
/// do not allow it. Rules from a database have no text to point at.
Findings check_files(const Site& read, const Sources& sources, Findings found) {
  Site site;
  if (read.rests_on_one_policy() && !read.clients().rules.empty() && read.clients().rules.front().span().size() != 0)
    site.policies = read.policies;
  if (read.rests_on_one_policy()) site.destinations = read.destinations;
  const Choices choices;
  find_wanted({site, sources, read.files, choices}, found);
  return found;
}

std::string html_page(const analysis::Audit& audit, const AuditContext& context, const AuditOptions& options,
                      const std::vector<analysis::FormRow>* forms, Findings found) {
  const Site& site = context.site;
  const Findings findings = check_files(site, context.rules.sources, std::move(found));
  const std::string files = fmt::format("{}", fmt::join(options.paths, ", "));
  // a picture of one table would be one of nothing, where several decide together
  std::string map;
  if (site.rests_on_one_policy()) {
    const NamedPolicy named{site.clients(), context.rules.sources, files};
    map = format_map(analysis::decided_regions(analysis::partition(site.clients(), site.daemon)), named);
  }
  return format_audit_html(audit, context, {files, forms, chosen_readers(options, site), findings, map});
}

}  // namespace

int run_audit(int argc, char** argv) {
  AuditOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  Findings found;
  const auto site = load_for_proof(options.paths, options.read, sources, &found);
  if (!site) return exit_failure;
  if (!site->rests_on_one_policy()) print_findings(found, sources, FindingOptions{});
  if (options.read.no_destinations && site->known_destinations() == Destinations::listed)
    return report_usage("--no-rcpthosts, and yet there is a list of destinations");
  if (const auto code = refuse_to_overwrite(options.output, "report", site->paths, sources)) return *code;
  const analysis::Audit audit = analysis::audit(*site);
  const AuditContext context{{site->clients(), sources, site->rules_name}, *site};
  const bool wants_forms = options.forms || !options.readers.empty();
  std::vector<analysis::FormRow> forms;
  if (wants_forms) forms = analysis::try_forms(*site, audit);
  const std::vector<analysis::FormRow>* wanted = wants_forms ? &forms : nullptr;
  std::string report;
  if (options.format == "json")
    report = format_audit_json(audit, context, wanted);
  else if (options.format == "html")
    report = html_page(audit, context, options, wanted, std::move(found));
  else
    report = format_audit(audit, context) + (wants_forms ? format_forms(forms, chosen_readers(options, *site)) : "");
  return deliver(report, audit.is_open() ? exit_findings : exit_fine, options.output,
                 options.format == "text" ? AnswerKind::audit : AnswerKind::plain);
}

}  // namespace core
