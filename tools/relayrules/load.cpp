// Reading rule files: see load.hpp.
#include "load.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <iterator>

#include "base/file.hpp"
#include "cdb/read.hpp"
#include "command.hpp"
#include "model/axes.hpp"

namespace relayrules {
namespace {

std::string format_names() {
  std::string names;
  for (const Format* format : all_formats()) names += (names.empty() ? "" : ", ") + std::string(format->name);
  return names;
}

ParseOptions parse_options(const LoadOptions& options) { return {Reading::strict, options.service}; }

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
  app.add_option("--daemon", options.service, "Use the rules for this daemon (hosts_access)")->type_name("NAME");
}

Result<const Format*> choose_format(const Source& source, const LoadOptions& options) {
  if (options.extended) return find_format("tcprules-extended");
  if (!options.from.empty()) return find_format(options.from);
  const Format* format = detect_format(source.name(), source.text());
  if (format != nullptr) return format;
  if (source.name().ends_with(".expect"))
    return SystemError{"use", source.name(), EINVAL, "it holds expectations, not rules; 'relayrules test' reads it"};
  return SystemError{"tell the format of", source.name(), EINVAL,
                     "neither its name nor its text tells; name it with --from (" + format_names() + ")"};
}

Result<Policy> load_policy(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources,
                           Findings& findings) {
  Policy policy;
  for (const std::string& path : paths) {
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
    format.value()->parse(*source.value(), parse_options(options), policy, findings);
  }
  // libwrap would let every client in; but a daemon that no rule knows is more likely a misspelt one
  if (!options.service.empty() && policy.complete && policy.rules.empty())
    return SystemError{"use", paths.front(), EINVAL, "no rule in it is about the daemon '" + options.service + "'"};
  return policy;
}

Site parse_as_site(const Format& format, const Source& source, const LoadOptions& options, Findings& findings) {
  Site site;
  if (format.parse != nullptr) {
    site.policies.push_back(new_policy(format));
    format.parse(source, parse_options(options), site.policies.back(), findings);
  } else {
    site.destinations.emplace_back();
    format.parse_destinations(source, site.destinations.back(), findings);
  }
  return site;
}

Result<Site> load_site(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources,
                       Findings& findings) {
  Site site;
  for (const std::string& path : paths) {
    const auto source = read_source(sources, path);
    if (!source.ok()) return source.error();
    const auto format = choose_format(*source.value(), options);
    if (!format.ok()) return format.error();
    Site one = parse_as_site(*format.value(), *source.value(), options, findings);
    std::move(one.policies.begin(), one.policies.end(), std::back_inserter(site.policies));
    std::move(one.destinations.begin(), one.destinations.end(), std::back_inserter(site.destinations));
  }
  return site;
}

Status check_service(const Policy& policy, const std::string& path, const LoadOptions& options) {
  if (policy.service_lists.size() <= 1 || !options.service.empty()) return {};
  return SystemError{"answer from", path, EINVAL,
                     "its rules are about daemons; say which one is meant, for instance with --daemon " +
                         policy.service_lists[1].front()};
}

bool is_one_of(const std::string& path, const std::vector<std::string>& sources) {
  struct stat target {};
  if (::stat(path.c_str(), &target) != 0) return false;
  for (const std::string& source : sources) {
    struct stat status {};
    const bool known = source == "-" ? ::fstat(0, &status) == 0 : ::stat(source.c_str(), &status) == 0;
    if (known && status.st_dev == target.st_dev && status.st_ino == target.st_ino) return true;
  }
  return false;
}

bool is_database(const std::string& path) {
  if (path == "-") return false;
  if (path.ends_with(".cdb")) return true;
  const auto reader = cdb::Reader::open(path);
  return reader.ok() && reader.value().looks_whole();
}

namespace {

Result<Policy> load_rules_or_database(const std::vector<std::string>& paths, const LoadOptions& options,
                                      Sources& sources, Findings& findings) {
  if (!options.from.empty() || options.extended || paths.size() != 1 || !is_database(paths.front()))
    return load_policy(paths, options, sources, findings);
  const auto reader = cdb::Reader::open(paths.front());
  if (!reader.ok()) return reader.error();
  return cdb::read_policy(reader.value(), findings);
}

}  // namespace

int refuse_proof(Findings& findings, const Sources& sources, const std::string& path) {
  findings.sort();
  print_findings(findings, sources, FindingOptions{}, stderr);
  fmt::print(stderr, "relayrules: nothing can be proved of '{}' until that is mended\n", path);
  return exit_findings;
}

ProofPolicy load_for_proof(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources) {
  Findings findings;
  auto policy = load_rules_or_database(paths, options, sources, findings);
  if (!policy.ok()) return {std::nullopt, report_failure(policy.error())};
  if (const Status needed = check_service(policy.value(), paths.front(), options))
    return {std::nullopt, report_failure(*needed)};
  if (policy.value().complete && can_cut(policy.value())) return {std::move(policy.value()), exit_fine};
  return {std::nullopt, refuse_proof(findings, sources, paths.front())};
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
  if (!findings.has_errors()) return exit_fine;
  findings.sort();
  print_findings(findings, sources, FindingOptions{}, stderr);
  fmt::print(stderr, "relayrules: nothing can be proved of '{}' until that is mended\n", path);
  return exit_findings;
}

}  // namespace

ProofSite load_site_for_proof(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources) {
  ProofSite site;
  for (const std::string& path : paths) {
    const Format* format = detect_format(path, {});
    if (format != nullptr && format->parse_destinations != nullptr) {
      site.exit_code = load_destinations(path, *format, sources, site);
    } else if (site.policy) {
      site.exit_code = report_usage(fmt::format(
          "'{}' and '{}' are both rules about clients; a server has one such file", site.policy_name, path));
    } else {
      ProofPolicy loaded = load_for_proof(path, options, sources);
      site.policy = std::move(loaded.policy);
      site.policy_name = path;
      site.exit_code = loaded.exit_code;
    }
    if (site.exit_code != exit_fine) break;
  }
  return site;
}

}  // namespace relayrules
