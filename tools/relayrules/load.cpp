// Options of reading, and the words for what could not be read: see load.hpp.
#include "load.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "command.hpp"
#include "model/axes.hpp"
#include "model/key.hpp"
#include "output.hpp"
#include "settings_files.hpp"
#include "site/servers.hpp"

namespace core {
namespace {

/// Says the findings that stand against a proof about `path`, as far as they may be shown.
void refuse_proof(Findings& findings, const Sources& sources, const std::string& path) {
  const auto is_withheld = [&](const Finding& finding) {
    const Source* source = finding.span == Span() ? nullptr : sources.find(finding.span.begin);
    return !sources.reach.may_show(source == nullptr ? path : source->name());
  };
  if (std::erase_if(findings.all(), is_withheld) != 0)
    say("relayrules: '{0}' is in error, and is not shown, for nobody named it: 'relayrules check {0}' tells more\n",
        path);
  findings.sort(sources);
  print_findings(findings, sources, FindingOptions{});
  say("relayrules: nothing can be proved of '{}' until that is mended\n", path);
}

/// True when no proof is about such rules; the user has been told.
bool refuse_uncuttable(const Site& site, const Sources& sources, const std::string& path) {
  for (const Policy& policy : site.policies) {
    const auto rule = find_uncuttable(policy);
    if (!rule) continue;
    const Span span = policy.rules[*rule].span();
    const Source* source = sources.find(span.begin);
    const bool is_shown = source != nullptr && sources.reach.may_show(source->name());
    const std::string place =
        is_shown ? fmt::format("{}:{}: ", printable(source->name()), sources.position(span.begin).line) : "";
    report_failure({"prove anything of", path, EINVAL, place + std::string(why_uncuttable(policy))});
    return true;
  }
  return false;
}

using ProgramNames = std::map<std::string, Program>;

/// Those that ask a CDB, and perhaps those that read the text alone.
ProgramNames names_of_programs(bool with_readers) {
  ProgramNames names;
  for (const ProgramFacts& facts : all_programs())
    if (with_readers || !facts.reads_loosely) names.emplace(facts.name, facts.program);
  return names;
}

std::vector<std::string> with_servers(const ProgramNames& programs) {
  std::vector<std::string> names;
  for (const auto& [name, program] : programs) names.push_back(name);
  for (const Server server : {Server::qmail, Server::sendmail, Server::postfix, Server::exchange})
    names.emplace_back(server_name(server));
  return names;
}

/// `programs` live as long as the command.
void add_program_option(CLI::App& app, Program& program, const ProgramNames& programs, const char* description) {
  const auto take = [&](const std::string& name) { program = programs.at(name); };
  app.add_option_function<std::string>("--program", take, description)
      ->check(CLI::IsMember(&programs))
      ->type_name("NAME");
}

/// "192.168.0.0/16", "192.168.", or one address.
std::optional<Prefix> parse_network(std::string_view text) {
  if (const auto prefix = parse_prefix(text)) return prefix;
  if (const auto octets = parse_octets(text)) return prefix_of(*octets);
  if (const auto address = parse_ipv6(text)) return make_prefix(*address, 128);
  return std::nullopt;
}

/// Reads networks with commas or blanks between them. What is wrong with them; empty: nothing.
std::string read_networks(std::string_view text, std::vector<Prefix>& networks) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(", \t"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const auto prefix = parse_network(word);
    if (!prefix) return fmt::format("{} is no network; write for instance 192.168.0.0/16", core::quoted(word));
    networks.push_back(*prefix);
  }
  return {};
}

}  // namespace

void add_networks_option(CLI::App& app, const std::string& name, std::function<void(std::vector<Prefix>)> take,
                         const std::string& description) {
  const auto give = [take = std::move(take)](const std::string& text) {
    std::vector<Prefix> networks;
    std::ignore = read_networks(text, networks);
    take(std::move(networks));
  };
  const auto check = [](const std::string& text) {
    std::vector<Prefix> ignored;
    return read_networks(text, ignored);
  };
  app.add_option_function<std::string>(name, give, description)->check(check)->type_name("NETS");
}

void add_interfaces_option(CLI::App& app, ReadOptions& options) {
  add_networks_option(
      app, "--interfaces", [&options](std::vector<Prefix> networks) { options.interfaces = std::move(networks); },
      "Postfix: the host's own addresses with their networks, for mynetworks_style; with commas between them");
}

void add_load_options(CLI::App& app, ReadOptions& options) {
  std::vector<std::string> names;
  for (const Format* format : all_formats()) names.emplace_back(format->name);
  app.add_option("--from", options.from, "Format of the files; else their name and content tell")
      ->check(CLI::IsMember(names))
      ->type_name("FORMAT");
  app.add_flag_callback(
      "--extended", [&options] { options.from = "tcprules-extended"; }, "Short for --from tcprules-extended");
  app.add_option("--daemon", options.daemon, "Use the rules for this daemon (hosts_access)")->type_name("NAME");
  static const ProgramNames programs = names_of_programs(true);
  static const std::vector<std::string> names_of_all = with_servers(programs);
  const auto take = [&](const std::string& name) {
    options.server = find_server(name);
    if (options.server == Server::unknown) options.program = programs.at(name);
  };
  app.add_option_function<std::string>(
         "--program", take,
         "The program that reads the rules or asks the CDB: tcpserver, ucspi-tcp-ipv6, ucspi-tcp6, ucspi-ssl; for "
         "check also spamdyke; or whose files they are: qmail, sendmail, postfix, exchange")
      ->check(CLI::IsMember(names_of_all))
      ->type_name("NAME");
}

void add_program_option(CLI::App& app, Program& program) {
  static const ProgramNames programs = names_of_programs(false);
  add_program_option(app, program, programs,
                     "The program that asks the CDB: tcpserver, ucspi-tcp-ipv6, ucspi-tcp6, ucspi-ssl");
}

bool report_failures(const Site& site) {
  for (const SystemError& failure : site.failures) report_failure(failure);
  return !site.failures.empty();
}

bool report_unanswerable(const Site& site, const std::string& path, const Sources& sources) {
  if (report_failures(site)) return true;
  const Policy& policy = site.clients();
  if (policy.daemon_lists.size() <= 1 || !site.daemon.empty()) return false;
  std::string example = "tcp-env";
  for (const DaemonList& list : policy.daemon_lists)
    if (!list.names.empty() && sources.reach.may_show(site.paths)) example = list.names.front();
  report_failure({"answer from", path, EINVAL,
                  "its rules are about daemons; say which one is meant, for instance with --daemon " + example});
  return true;
}

bool report_other_half(const Site& site, const std::string& path) {
  if (site.other_half.empty()) return false;
  report_failure(
      {"prove anything of", path, EINVAL,
       "'" + site.other_half + "' lies beside it, and the two are one list of rules; name both, or their folder"});
  return true;
}

void say_notes(const Site& site, const std::string& path) {
  if (!site.unknown_daemon.empty()) say("relayrules: {}: {}\n", path, site.unknown_daemon);
  if (!site.other_half.empty())
    say("relayrules: {}: '{}' lies beside it and is not considered\n", path, site.other_half);
}

void say_site_notes(const Site& site) {
  for (const std::string& note : site.notes)
    if (note != site.unknown_daemon)
      say("relayrules: {}: {}\n", site.rules_name.empty() ? site.paths.front() : site.rules_name, note);
}

bool report_other_program(const std::vector<std::string>& paths, const ReadOptions& options) {
  if (options.program != Program::any) return false;
  Sources sources;
  Findings ignored;  // what is wrong with settings is the business of check
  SettingsFiles settings({}, sources, ignored);
  for (const std::string& path : paths) {
    if (path == "-") continue;
    const auto choice = settings.choice_for(path);
    if (!choice.ok() || choice.value().program.value_or(Program::tcpserver) == Program::tcpserver) continue;
    const std::string_view name = facts_of(*choice.value().program).name;
    report_failure({"use", path, EINVAL,
                    fmt::format("'{}' says that {} reads it, and this command does not take that from there; say "
                                "--program {}",
                                settings.used_for(path), name, name)});
    return true;
  }
  return false;
}

std::optional<Site> load_for_proof(const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                                   Findings* found) {
  if (report_other_program(paths, options)) return std::nullopt;
  Findings findings;
  Site site = read_site(paths, options, sources, findings);
  const std::string& path = site.rules_name.empty() ? paths.front() : site.rules_name;
  if (report_unanswerable(site, path, sources)) return std::nullopt;
  if (!site.in_error.empty()) {
    refuse_proof(findings, sources, site.in_error);
    return std::nullopt;
  }
  if (report_other_half(site, path) || refuse_uncuttable(site, sources, path)) return std::nullopt;
  say_notes(site, path);
  if (found != nullptr)
    *found = std::move(findings);
  else if (!site.rests_on_one_policy())
    print_findings(findings, sources, FindingOptions{});
  return site;
}

}  // namespace core
