// Serial, last day and sources of a database: see recorded.hpp. Each of the two files is replaced whole, the database
// first; one who ends in between leaves a record of another database, which 'relayrules status' notices by its hash.
#include "recorded.hpp"

#include <fmt/format.h>

#include <ctime>

#include "base/sha256.hpp"
#include "base/utc_time.hpp"
#include "command.hpp"
#include "output.hpp"

namespace core {
namespace {

std::vector<HashedFile> sources_of(const Site& site) {
  std::vector<HashedFile> sources;
  for (const auto& file : site.files) sources.push_back({file.source->name(), sha256_of(file.source->text())});
  return sources;
}

bool are_same(const std::vector<HashedFile>& a, const std::vector<HashedFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const HashedFile& one, const HashedFile& other) { return one.sha256 == other.sha256; });
}

int refuse_old(const std::string& database, const std::string& reason) {
  say("relayrules: '{}' was not written: {}\n", database, reason);
  return exit_findings;
}

}  // namespace

void add_record_options(CLI::App& app, RecordOptions& options) {
  app.add_flag("--origin", options.origin,
               "Record in OUT.cdb.origin what the database was made of, for 'relayrules status'");
  app.add_option_function<std::string>(
         "--serial", [&options](const std::string& text) { options.serial = cdb::parse_serial(text); },
         "The number of these rules, recorded there; one that is lower than the one before replaces nothing")
      ->check([](const std::string& text) {
        return cdb::parse_serial(text) ? "" : fmt::format("{} is no number of at most 18 digits", core::quoted(text));
      })
      ->type_name("N");
  app.add_option_function<std::string>(
         "--not-after", [&options](const std::string& text) { options.not_after = parse_utc(text); },
         "Until when the database is to be used, recorded there: 2026-12-31T00:00:00Z")
      ->check([](const std::string& text) {
        return parse_utc(text) ? "" : fmt::format("{} is no time such as 2026-12-31T00:00:00Z", core::quoted(text));
      })
      ->type_name("TIME");
}

std::optional<int> refuse_old_rules(const std::string& database, const Site& site, const RecordOptions& options) {
  if (options.not_after && *options.not_after < std::time(nullptr))
    return refuse_old(database, fmt::format("the rules were to be used until {}", format_utc(*options.not_after)));
  if (!options.serial) return std::nullopt;
  const auto before = cdb::read_origin(database);
  if (!before.ok()) return report_failure(before.error());
  if (!before.value() || !before.value()->serial) return std::nullopt;
  const std::uint64_t serial = *before.value()->serial;
  if (*options.serial < serial)
    return refuse_old(database, fmt::format("serial {} is older than {}, which it has", *options.serial, serial));
  if (*options.serial == serial && !are_same(before.value()->sources, sources_of(site)))
    return refuse_old(database, fmt::format("it has serial {}, of other rules", serial));
  return std::nullopt;
}

Status commit_recorded(ReplaceFile& file, const std::string& database, const Site& site, const RecordOptions& options) {
  if (!options.records()) return file.commit();
  const auto bytes = read_descriptor(file.fd(), database);
  if (!bytes.ok()) return bytes.error();
  const cdb::Origin origin{sha256_of(bytes.value().view()), options.serial, options.not_after, sources_of(site)};
  auto record = cdb::prepare_origin(database, origin);
  if (!record.ok()) return record.error();
  if (Status failed = file.commit()) return failed;
  return record.value().commit();
}

}  // namespace core
