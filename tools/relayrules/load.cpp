// Reading rule files: see load.hpp.
#include "load.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>

#include "base/file.hpp"
#include "command.hpp"
#include "model/axes.hpp"
#include "output.hpp"

namespace core {
namespace {

/// A file of patterns: what is in it is not among the texts of which something may be shown.
Result<std::string> read_patterns(const std::string& path) {
  const auto file = read_file(path);
  if (!file.ok()) return file.error();
  return std::string(file.value().view());
}

bool has_account(AccountKind kind, const std::string& name) {
  return kind == AccountKind::user ? ::getpwnam(name.c_str()) != nullptr : ::getgrnam(name.c_str()) != nullptr;
}

ParseOptions parse_options(const LoadOptions& options) {
  ParseOptions parsing{Reading::strict, options.daemon, std::nullopt, read_patterns};
  if (options.as_this_host) parsing.has_account = has_account;
  const ProgramFacts& program = facts_of(options.program);
  parsing.scheme = program.keys;
  parsing.is_compiled = !program.reads_loosely;
  return parsing;
}

bool is_named(const std::string& path, std::string_view part) {
  return std::filesystem::path(path).filename().string().find(part) != std::string::npos;
}

/// What a match in the second of two files means, where its name does not say it.
std::optional<Access> access_by_order(const std::vector<std::string>& files, const std::string& file) {
  const bool is_second = files.size() == 2 && &file == &files.back();
  return is_second && !is_named(file, "hosts.allow") ? std::optional(Access::deny) : std::nullopt;
}

SystemError mixed_formats(const Source& source, std::string_view format, std::string_view wanted) {
  return {
      "read", source.name(), EINVAL,
      fmt::format("it is {}, but the files before it are {}; one database is made from one format", format, wanted)};
}

}  // namespace

void add_load_options(CLI::App& app, LoadOptions& options) {
  std::vector<std::string> names;
  for (const Format* format : all_formats()) names.emplace_back(format->name);
  app.add_option("--from", options.from, "Format of the files; else their name and content tell")
      ->check(CLI::IsMember(names))
      ->type_name("FORMAT");
  app.add_flag("--extended", options.extended, "Short for --from tcprules-extended");
  app.add_option("--daemon", options.daemon, "Use the rules for this daemon (hosts_access)")->type_name("NAME");
  add_program_option(app, options.program);
}

void add_program_option(CLI::App& app, Program& program) {
  static const auto programs = [] {
    std::map<std::string, Program> by_name;
    for (const ProgramFacts& facts : all_programs()) by_name.emplace(facts.name, facts.program);
    return by_name;
  }();
  app.add_option_function<std::string>(
         "--program", [&program](const std::string& name) { program = programs.at(name); },
         "The program that reads the rules or asks the CDB: tcpserver, ucspi-tcp-ipv6, ucspi-tcp6, ucspi-ssl, spamdyke")
      ->check(CLI::IsMember(&programs))
      ->type_name("NAME");
}

Result<const Format*> choose_format(const Source& source, const LoadOptions& options) {
  if (is_database(source, options)) {
    const std::string damage = cdb::find_damage(source.text());
    if (!damage.empty()) return cdb::damaged(source.name(), damage);
    return SystemError{"use", source.name(), EINVAL, "it is a CDB, not rules; 'relayrules dump' turns it into rules"};
  }
  if (options.extended) return find_format("tcprules-extended");
  if (!options.from.empty()) return find_format(options.from);
  const Format* format = detect_format(source.name(), source.text()).format();
  // text of this family: the program tells in which dialect it is written
  if (format != nullptr) return format->name == "tcprules" ? find_format(facts_of(options.program).rules) : format;
  return SystemError{"tell the format of", source.name(), EINVAL, why_undetected(source.name(), source.text())};
}

std::vector<std::string> rule_files(const std::vector<std::string>& paths, FileReach& reach) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) {
      files.push_back(path);
      continue;
    }
    for (const char* name : {"hosts.allow", "hosts.deny"}) {
      const auto file = std::filesystem::path(path) / name;
      if (!std::filesystem::exists(file, ignored)) continue;
      files.push_back(file.string());
      reach.found(file.string(), path);
    }
  }
  std::stable_partition(files.begin(), files.end(),
                        [](const std::string& file) { return !is_named(file, "hosts.deny"); });
  return files.empty() ? paths : files;
}

Result<Policy> load_policy(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources,
                           Findings& findings) {
  Policy policy;
  const std::vector<std::string> files = rule_files(paths, sources.reach);
  for (const std::string& path : files) {
    const auto source = read_source(sources, path);
    if (!source.ok()) return source.error();
    const auto format = choose_format(*source.value(), options);
    if (!format.ok()) return format.error();
    if (format.value()->parse == nullptr)
      return SystemError{
          "use", source.value()->name(), EINVAL,
          fmt::format("{} lists destinations, not clients; only 'relayrules check' reads it", format.value()->name)};
    if (policy.format.empty()) policy = new_policy(*format.value());
    if (policy.format != format.value()->name)
      return mixed_formats(*source.value(), format.value()->name, policy.format);
    ParseOptions parsing = parse_options(options);
    parsing.access = access_by_order(files, path);
    format.value()->parse(*source.value(), parsing, policy, findings);
  }
  return policy;
}

std::optional<UnknownDaemon> find_unknown_daemon(const Policy& policy, const LoadOptions& options) {
  if (options.daemon.empty() || policy.is_by_key() || !policy.rules.empty()) return std::nullopt;
  std::set<std::uint32_t> exceptions;
  for (const DaemonList& list : policy.daemon_lists) exceptions.insert(list.exceptions);
  std::set<std::string> names;
  for (std::uint32_t i = 1; i < policy.daemon_lists.size(); ++i)
    if (!exceptions.contains(i)) names.insert(policy.daemon_lists[i].names.begin(), policy.daemon_lists[i].names.end());
  std::vector<std::string> known;
  for (const std::string& name : names)
    if (!name.empty()) known.push_back(core::quoted(name));
  return UnknownDaemon{
      fmt::format("no rule is about the daemon {}: libwrap lets every client in", core::quoted(options.daemon)),
      known.empty() ? "" : fmt::format("the rules are about {}", fmt::join(known, ", "))};
}

void say_unknown_daemon(const Policy& policy, const std::string& path, const LoadOptions& options,
                        const FileReach& reach) {
  const auto unknown = find_unknown_daemon(policy, options);
  if (!unknown) return;
  const bool has_others = !unknown->others.empty() && reach.may_show(path);
  say("relayrules: {}: {}{}{}\n", path, unknown->message, has_others ? "; " : "", has_others ? unknown->others : "");
}

void parse_into(Policy& policy, const Format& format, const Source& source, const LoadOptions& options,
                Findings& findings) {
  format.parse(source, parse_options(options), policy, findings);
}

Site parse_as_site(const Format& format, const Source& source, const LoadOptions& options, Findings& findings) {
  Site site;
  if (format.parse != nullptr) {
    site.policies.push_back(new_policy(format));
    parse_into(site.policies.back(), format, source, options, findings);
  } else {
    site.destinations.emplace_back();
    format.parse_destinations(source, site.destinations.back(), findings);
  }
  return site;
}

bool is_asked_after(const std::string& path, const std::string& before) {
  return is_named(before, "hosts.allow") && is_named(path, "hosts.deny") &&
         std::filesystem::path(before).parent_path() == std::filesystem::path(path).parent_path();
}

Status check_daemon(const Policy& policy, const std::string& path, const LoadOptions& options, const FileReach& reach) {
  if (policy.daemon_lists.size() <= 1 || !options.daemon.empty()) return {};
  std::string example = "tcp-env";
  for (const DaemonList& list : policy.daemon_lists)
    if (!list.names.empty() && reach.may_show(path)) example = list.names.front();
  return SystemError{"answer from", path, EINVAL,
                     "its rules are about daemons; say which one is meant, for instance with --daemon " + example};
}

bool is_database(const std::string& path) {
  if (path == "-") return false;
  if (path.ends_with(".cdb")) return true;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  const auto size = std::filesystem::file_size(path, error);
  return !error && cdb::looks_like_database(read_head(path, cdb::Layout::header_bytes), size);
}

bool is_database(const Source& source, const LoadOptions& options) {
  if (cdb::looks_like_database(source.text(), source.text().size())) return true;
  return source.name().ends_with(".cdb") && options.from.empty() && !options.extended;
}

Result<Loaded> load(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources,
                    Findings& findings) {
  Loaded loaded;
  if (options.from.empty() && !options.extended && paths.size() == 1 && is_database(paths.front())) {
    auto reader = cdb::Reader::open(paths.front(), sources.reach.folder_of(paths.front()));
    if (!reader.ok()) return reader.error();
    loaded.database.emplace(std::move(reader.value()));
    return loaded;
  }
  auto policy = load_policy(paths, options, sources, findings);
  if (!policy.ok()) return policy.error();
  loaded.policy = std::move(policy.value());
  return loaded;
}

int refuse_proof(Findings& findings, const Sources& sources, const std::string& path) {
  const auto is_withheld = [&](const Finding& finding) {
    const Source* source = finding.span == Span() ? nullptr : sources.find(finding.span.begin);
    return !sources.reach.may_show(source == nullptr ? path : source->name());
  };
  if (std::erase_if(findings.all(), is_withheld) != 0)
    say("relayrules: '{0}' is in error, and is not shown, for nobody named it: 'relayrules check {0}' tells more\n",
        path);
  findings.sort();
  print_findings(findings, sources, FindingOptions{});
  say("relayrules: nothing can be proved of '{}' until that is mended\n", path);
  return exit_failure;
}

ProofPolicy load_for_proof(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources) {
  const std::string& path = paths.front();
  Findings findings;
  auto loaded = load(paths, options, sources, findings);
  if (!loaded.ok()) return {std::nullopt, report_failure(loaded.error())};
  Policy& policy = loaded.value().policy;
  if (const auto& database = loaded.value().database) {
    policy = cdb::read_policy(*database, scheme_of(options), findings);
  }
  if (const Status needed = check_daemon(policy, path, options, sources.reach))
    return {std::nullopt, report_failure(*needed)};
  if (!policy.complete) return {std::nullopt, refuse_proof(findings, sources, path)};
  say_unknown_daemon(policy, path, options, sources.reach);
  if (!find_uncuttable(policy)) return {std::move(policy), exit_fine};
  if (policy.is_by_key())
    return {std::nullopt,
            report_failure({"prove anything of", path, EINVAL,
                            "it has keys that are asked for addresses which no list of networks can say: texts "
                            "of IPv6 with '::' in them that end in ':'"})};
  return {std::nullopt,
          report_failure({"prove anything of", path, EINVAL,
                          "its rules have wildcards, masks with gaps, users, names of a file of patterns, or "
                          "LOCAL, KNOWN, UNKNOWN or PARANOID; no proof is about these yet"})};
}

ProofPolicy load_for_proof(const std::string& path, const LoadOptions& options, Sources& sources) {
  return load_for_proof(std::vector<std::string>{path}, options, sources);
}

namespace {

/// Reads a list of destinations into `site`; an exit code when it is in error.
int load_destinations(const std::string& path, const Format& format, Sources& sources, ProofSite& site) {
  const auto source = read_source(sources, path);
  if (!source.ok()) return report_failure(source.error());
  Findings findings;
  format.parse_destinations(*source.value(), site.destinations.emplace_back(), findings);
  return findings.has_errors() ? refuse_proof(findings, sources, path) : exit_fine;
}

}  // namespace

ProofSite load_site_for_proof(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources) {
  ProofSite site;
  std::vector<std::string> clients;
  for (const std::string& path : paths) {
    const Format* format = detect_format(path, {}).format();
    if (format != nullptr && format->parse_destinations != nullptr) {
      site.exit_code = load_destinations(path, *format, sources, site);
      if (site.exit_code != exit_fine) return site;
    } else {
      clients.push_back(path);
    }
  }
  if (clients.empty()) return site;
  ProofPolicy loaded = load_for_proof(clients, options, sources);
  site.policy = std::move(loaded.policy);
  site.policy_name = clients.front();
  site.exit_code = loaded.exit_code;
  return site;
}

}  // namespace core
