// relayrules status: is the CDB that a server uses as it should be? For monitoring, whose exit codes it has.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

#include "base/file.hpp"
#include "base/sha256.hpp"
#include "cdb/origin.hpp"
#include "cdb/read.hpp"
#include "command.hpp"
#include "load.hpp"
#include "model/axes.hpp"
#include "output.hpp"
#include "report/status.hpp"
#include "site/stale_database.hpp"

namespace core {
namespace {

struct StatusOptions {
  std::string database;
  std::vector<std::string> sources;
  std::optional<std::int64_t> max_age;
  std::string format = "text";
  ReadOptions read;
};

std::optional<int> parse(int argc, char** argv, StatusOptions& options) {
  CLI::App app("Tell whether a CDB is as it should be: its age, who may relay, whether it says what its source says.",
               "relayrules status");
  app.add_option("DB", options.database, "The CDB that is in use")->required();
  app.add_option("--source", options.sources, "The rules that it was compiled from; may be given again")
      ->type_name("FILE")
      ->expected(1);
  const auto take = [&](const std::string& text) { options.max_age = parse_duration(text); };
  app.add_option_function<std::string>("--max-age", take, "Warn when it is older: 90m, 2h, 7d")
      ->check([](const std::string& text) {
        return parse_duration(text)
                   ? ""
                   : fmt::format("{} is no time; write for instance 90m, 2h or 7d", core::quoted(text));
      })
      ->type_name("T");
  app.add_option("--format", options.format, "text, nagios, prometheus or json")
      ->check(CLI::IsMember({"text", "nagios", "prometheus", "json"}))
      ->capture_default_str();
  add_load_options(app, options.read);
  app.footer(
      "Exit codes, as monitoring plugins have them:\n"
      "  0  OK\n"
      "  1  WARNING: it is old, not what its source says, of another day, or the last update failed\n"
      "  2  CRITICAL: it makes the server an open relay, or it is missing, damaged, not for this program\n"
      "  3  UNKNOWN: the command line is wrong, or the answer could not be written");
  return parse_command_line(app, argc, argv);
}

void compare_with_sources(const cdb::Reader& reader, const StatusOptions& options, DatabaseStatus& status) {
  Sources sources;
  Findings findings;
  const Site site = read_site(options.sources, options.read, sources, findings);
  for (std::size_t i = 0; i < sources.count(); ++i)
    status.sources.push_back({sources.at(i).name(), sha256_of(sources.at(i).text())});
  if (!site.failures.empty())
    status.source_failure = site.failures.front().message();
  else if (!site.in_error.empty() || site.policies.empty())
    status.source_failure =
        fmt::format("'{0}' is in error: 'relayrules check {0}' tells more", options.sources.front());
  if (!status.source_failure.empty()) return;
  const auto difference = difference_of(reader, site.clients(), options.sources.front(), options.read.daemon);
  if (difference)
    status.difference = *difference;
  else
    status.source_failure = "no database can say its rules: 'relayrules compile' tells why";
}

/// Puts into `status` what `reader` says about clients; a failure where that is not to be told.
void judge_clients(const cdb::Reader& reader, const StatusOptions& options, DatabaseStatus& status) {
  Findings findings;
  Site site;
  site.policies.push_back(cdb::read_policy(reader, options.read.scheme(), findings));
  site.add_connect_stage();
  site.destinations.emplace_back();
  const Policy& policy = site.clients();
  if (!policy.complete)
    status.failure = findings.all().front().message.text({});
  else if (find_uncuttable(policy))
    status.failure = std::string(why_uncuttable(policy));
  else
    status.audit = analysis::audit(site);
}

/// What stands beside the database: what it was made of, and why it was not replaced.
void read_beside(const std::string& database, DatabaseStatus& status) {
  constexpr std::size_t longest_failure = 300;
  const std::string failure = read_head(database + ".failure", longest_failure);
  status.update_failure = failure.substr(0, failure.find('\n'));
  if (status.update_failure.empty() && ::access((database + ".failure").c_str(), F_OK) == 0)
    status.update_failure = fmt::format("'{}.failure' does not say why", database);
  const auto origin = cdb::read_origin(database);
  const std::string path = cdb::origin_path(database);
  if (!origin.ok()) {
    status.origin_failure = origin.error().message();
  } else if (origin.value() && origin.value()->database_sha256 != status.database.sha256) {
    status.origin_failure = fmt::format("it is not the database that '{}' tells of", path);
  } else {
    status.origin = origin.value();
    status.is_past = status.origin && status.origin->not_after && *status.origin->not_after < std::time(nullptr);
  }
}

DatabaseStatus find_status(const StatusOptions& options) {
  DatabaseStatus status;
  status.database.path = options.database;
  status.max_age = options.max_age;
  // asked before it is read: one that is replaced in between is at most taken for older than it is
  struct stat file {};
  if (::stat(options.database.c_str(), &file) == 0) status.age_seconds = std::time(nullptr) - file.st_mtime;
  auto bytes = read_file(options.database);
  if (!bytes.ok()) {
    status.failure = bytes.error().message();
    return status;
  }
  status.database.sha256 = sha256_of(bytes.value().view());
  const auto reader = cdb::Reader::take(options.database, std::move(bytes.value()));
  if (!reader.ok()) {
    status.failure = reader.error().message();
    return status;
  }
  judge_clients(reader.value(), options, status);
  if (!options.sources.empty() && status.failure.empty()) compare_with_sources(reader.value(), options, status);
  return status;
}

}  // namespace

int run_status(int argc, char** argv) {
  StatusOptions options;
  // 2 would be CRITICAL to monitoring
  if (const auto code = parse(argc, argv, options)) return *code == exit_usage ? exit_failure : *code;
  if (report_other_program({options.database}, options.read)) return exit_failure;
  DatabaseStatus status = find_status(options);
  read_beside(options.database, status);
  std::string report;
  if (options.format == "json")
    report = format_status_json(status);
  else if (options.format == "nagios")
    report = format_status_nagios(status);
  else if (options.format == "prometheus")
    report = format_status_prometheus(status);
  else
    report = format_status(status);
  return deliver(report, static_cast<int>(health_of(status)));
}

}  // namespace core
