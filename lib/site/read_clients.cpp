// Rules about clients: see read_clients.hpp.
#include "site/read_clients.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/finding_kinds.hpp"
#include "site/file_names.hpp"

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

ParseOptions parse_options(const ReadOptions& options) {
  ParseOptions parsing{Reading::strict, options.daemon, std::nullopt, read_patterns};
  if (options.as_this_host) parsing.has_account = has_account;
  const ProgramFacts& program = facts_of(options.program);
  parsing.scheme = program.keys;
  parsing.is_compiled = !program.reads_loosely;
  return parsing;
}

SystemError unknown_format(const Source& source) {
  const std::string_view meant = meant_name(base_name(source.name()));
  const std::string hint = meant.empty() ? "" : fmt::format("; is {} meant?", core::quoted(meant));
  return {"tell the format of", source.name(), EINVAL, why_undetected(source.name(), source.text()) + hint};
}

/// The format of rules about clients; an error for what they are not, or for another than the files before have.
Result<const Format*> client_format(const Source& source, const ReadOptions& options, std::string_view before) {
  const auto format = choose_format(source, options);
  if (!format.ok()) return format.error();
  const std::string_view name = format.value()->name;
  if (format.value()->parse == nullptr)
    return SystemError{"use", source.name(), EINVAL,
                       fmt::format("{} lists destinations, not clients; 'relayrules check' and 'audit' read it", name)};
  if (before.empty() || before == name) return format;
  return SystemError{
      "read", source.name(), EINVAL,
      fmt::format("it is {}, but the files before it are {}; one database is made from one format", name, before)};
}

void read_rules(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                Findings& findings) {
  Policy policy;
  for (const std::string& path : paths) {
    const Source* source = read_file_of(site, path, options, sources);
    if (source == nullptr) return;
    const auto format = client_format(*source, options, policy.format);
    if (!format.ok()) return site.failures.push_back(format.error());
    if (policy.format.empty()) policy = new_policy(*format.value());
    ParseOptions parsing = parse_options(options);
    const bool is_allow = other_half_of(path) && !is_second_half(path);
    if (paths.size() == 2 && &path == &paths.back() && !is_allow) parsing.access = Access::deny;
    format.value()->parse(*source, parsing, policy, findings);
    site.files.push_back({source, format.value()});
  }
  site.policies.push_back(std::move(policy));
}

/// Whom the rules are about: "the rules are about 'smtp'"; empty when they are about nobody by name.
std::string known_daemons(const Policy& policy) {
  std::set<std::uint32_t> exceptions;
  for (const DaemonList& list : policy.daemon_lists) exceptions.insert(list.exceptions);
  std::set<std::string> names;
  for (std::uint32_t i = 1; i < policy.daemon_lists.size(); ++i)
    for (const std::string& name : policy.daemon_lists[i].names)
      if (!exceptions.contains(i) && !name.empty()) names.insert(core::quoted(name));
  return names.empty() ? "" : fmt::format("the rules are about {}", fmt::join(names, ", "));
}

}  // namespace

bool is_database(const std::string& path) {
  if (path == "-") return false;
  if (path.ends_with(".cdb")) return true;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  const auto size = std::filesystem::file_size(path, error);
  return !error && cdb::looks_like_database(read_head(path, cdb::Layout::header_bytes), size);
}

bool is_database(const Source& source, const ReadOptions& options) {
  if (cdb::looks_like_database(source.text(), source.text().size())) return true;
  return source.name().ends_with(".cdb") && options.from.empty();
}

Result<const Format*> choose_format(const Source& source, const ReadOptions& options) {
  if (is_database(source, options)) {
    const std::string damage = cdb::find_damage(source.text());
    if (!damage.empty()) return cdb::damaged(source.name(), damage);
    return SystemError{"use", source.name(), EINVAL, "it is a CDB, not rules; 'relayrules dump' turns it into rules"};
  }
  if (!options.from.empty()) return find_format(options.from);
  const Format* format = detect_format(source.name(), source.text()).format();
  if (format == nullptr) return unknown_format(source);
  // text of this family: the program tells in which dialect it is written
  return format->name == "tcprules" ? find_format(facts_of(options.program).rules) : format;
}

const Source* read_file_of(Site& site, const std::string& path, const ReadOptions& options, Sources& sources) {
  site.paths.push_back(path);
  const Status refused = options.before_file ? options.before_file(path == "-" ? options.stdin_name : path) : Status();
  const auto source = refused ? *refused : read_source(sources, path, options.stdin_name);
  if (source.ok()) return source.value();
  site.failures.push_back(source.error());
  return nullptr;
}

Result<std::optional<cdb::Reader>> open_database(const std::vector<std::string>& paths, const ReadOptions& options,
                                                 const Sources& sources) {
  const ProgramFacts& program = facts_of(options.program);
  if (program.reads_loosely)
    return SystemError{"answer from", paths.front(), EINVAL,
                       fmt::format("{} reads rules in its own way, and relayrules does not decide as it does; "
                                   "'relayrules check --program {}' tells of the differences that it knows",
                                   program.server, program.name)};
  if (!options.from.empty() || paths.size() != 1 || !is_database(paths.front())) return std::optional<cdb::Reader>();
  auto reader = cdb::Reader::open(paths.front(), sources.reach.folder_of(paths.front()));
  if (!reader.ok()) return reader.error();
  return std::optional(std::move(reader.value()));
}

Site read_texts(std::span<const CheckedFile> files, const ReadOptions& options, Findings& findings) {
  Site site;
  site.files.assign(files.begin(), files.end());
  for (const auto& [source, format] : files) {
    if (format->parse == nullptr) {
      format->parse_destinations(*source, Reading::strict, site.destinations.emplace_back(), findings);
      continue;
    }
    if (site.policies.empty()) site.policies.push_back(new_policy(*format));
    format->parse(*source, parse_options(options), site.policies.back(), findings);
  }
  return site;
}

void read_clients(Site& site, std::vector<std::string> paths, const ReadOptions& options, Sources& sources,
                  Findings& findings) {
  if (paths.empty()) return;
  std::stable_partition(paths.begin(), paths.end(), [](const std::string& path) { return !is_second_half(path); });
  const auto database = open_database(paths, options, sources);
  if (!database.ok()) return site.failures.push_back(database.error());
  if (database.value()) {
    site.paths.push_back(paths.front());
    site.policies.push_back(cdb::read_policy(*database.value(), options.scheme(), findings));
  } else {
    read_rules(site, paths, options, sources, findings);
  }
  if (site.policies.empty()) return;
  if (!site.policies.back().complete) site.in_error = site.rules_name;
  note_unknown_daemon(site, options, sources, findings);
}

void note_unknown_daemon(Site& site, const ReadOptions& options, const Sources& sources, Findings& findings) {
  for (const Policy& policy : site.policies) {
    if (options.daemon.empty() || policy.is_by_key() || !policy.rules.empty()) continue;
    const std::string message =
        fmt::format("no rule is about the daemon {}: libwrap lets every client in", core::quoted(options.daemon));
    const std::string others = known_daemons(policy);
    const bool has_others = !others.empty() && sources.reach.may_show(site.paths);
    site.unknown_daemon = message + (has_others ? "; " + others : "");
    if (!policy.complete) continue;
    findings.add(daemons::without_rule, {policy.span.begin, policy.span.begin}, message)
        .with_help(others.empty() ? "write a rule for it, or for ALL"
                                  : others + "; write the name that the daemon's process has");
  }
}

}  // namespace core
