// Every rule file on its own: see rule_files.hpp. In a folder lies what nobody meant as rules: what is not proved to be
// some is skipped.
#include "site/rule_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>

#include "base/finding_kinds.hpp"
#include "site/file_names.hpp"
#include "site/local_domains.hpp"
#include "site/read_clients.hpp"
#include "site/server_files.hpp"
#include "site/stale_database.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

std::string normal(const std::string& path) { return fs::path(path).lexically_normal().string(); }

class EachFile {
 public:
  EachFile(Site& site, const ReadOptions& options, Sources& sources, Findings& findings)
      : site_(site), options_(options), sources_(sources), findings_(findings) {}

  void read(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) named_.insert(normal(path));
    for (const std::string& path : paths) {
      std::error_code ignored;
      if (path != "-" && fs::is_directory(path, ignored))
        find_in_folder(path);
      else
        add(path, files_);
    }
    for (const std::string& folder : folders_) report_names(folder);
    // a server's tables are read with it, and not once more
    for (const std::string& path : files_)
      if (const Server server = server_of(path); server != Server::unknown) read_server(path, server);
    std::erase_if(site_.skipped, [this](const std::string& path) { return is_read(path); });
    for (const std::string& path : files_)
      if (!is_read(path)) read_once(path);
  }

 private:
  /// Files that are one table, and how the first of them is to be read.
  struct Table {
    std::vector<CheckedFile> files;
    ReadOptions reading;
  };

  void add(const std::string& path, std::vector<std::string>& list) {
    if (known_.insert(normal(path)).second) list.push_back(path);
  }

  void find_in_folder(const std::string& folder) {
    std::vector<std::string> found;
    const std::size_t failures = site_.failures.size();
    add_files_below(folder, found);
    std::sort(found.begin(), found.end());
    bool is_empty = true;
    for (const std::string& file : found) {
      const bool is_named = named_.contains(normal(file));
      if (!is_named && !may_be_read(file, folder)) continue;
      if (!is_named) sources_.reach.found(file, folder);
      const bool wanted =
          is_named ||
          (!is_database(file) && (!options_.from.empty() || is_rule_file(file) || server_of(file) != Server::unknown));
      add(file, wanted ? files_ : site_.skipped);
      is_empty = is_empty && !wanted;
    }
    report_unreadable(folder);
    // what was not looked at is not free of findings
    if (is_empty && site_.failures.size() == failures)
      site_.failures.push_back({"check the folder", folder, ENOENT, "no rule file is in it"});
  }

  /// Adds all below `folder` but folders. A folder in it that cannot be read does not keep the others from being read.
  void add_files_below(const fs::path& folder, std::vector<std::string>& found) {
    std::error_code error;
    folders_.push_back(folder.string());
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      if (entry->path().filename().native().starts_with('.')) continue;
      const fs::path path = folder == "." || folder == "./" ? entry->path().lexically_normal() : entry->path();
      if (!entry->is_directory(ignored) || entry->is_symlink(ignored))
        found.push_back(path == "-" ? entry->path().string() : path.string());
      else
        add_files_below(path, found);
    }
    if (error) site_.failures.push_back({"read the folder", folder.string(), error.value(), {}});
  }

  [[nodiscard]] Server server_of(const std::string& path) const {
    return server_of_checked(path, named_.contains(normal(path)), options_, sources_);
  }

  [[nodiscard]] bool is_read(const std::string& path) const { return with_server_.contains(normal(path)); }

  /// Reads a server's configuration with its tables, unless it was read with another file.
  void read_server(const std::string& path, Server server) {
    if (is_read(path)) return;
    Findings found;
    Site one = read_checked_server(path, server, options_, sources_, found);
    std::erase_if(found.all(), [&](const Finding& finding) {  // what two of them name was told once
      const Source* source = sources_.find(finding.span.begin);
      return source != nullptr && is_read(source->name());
    });
    for (const std::string& read : one.paths) with_server_.insert(normal(read));
    with_server_.insert(normal(path));
    std::move(found.all().begin(), found.all().end(), std::back_inserter(findings_.all()));
    std::move(one.failures.begin(), one.failures.end(), std::back_inserter(site_.failures));
    std::move(one.policies.begin(), one.policies.end(), std::back_inserter(site_.policies));
    for (const CheckedFile& file : one.files) {
      Table table{{file}, options_};
      if (file.format->parse == nullptr)
        site_.files.push_back(file);
      else
        add_table(table, file.source->name());
    }
  }

  static bool has_rule_name(const std::string& path) {
    return detect_format(path, {}).confidence == Confidence::by_name;
  }

  [[nodiscard]] bool is_rule_file(const std::string& path) const {
    return has_rule_name(path) ||
           detect_found(path, read_head(path, head_bytes, sources_.reach.folder_of(path))).confidence >=
               Confidence::by_content;
  }

  /// What is no regular file of the folder is not read. That is said of links, and a failure where it would be a rule
  /// file.
  bool may_be_read(const std::string& file, const std::string& folder) {
    std::error_code ignored;
    const auto opened = open_to_read(file, folder);
    const bool leads_out = !opened.ok() && opened.error().error == outside_folder;
    if (!leads_out && fs::is_regular_file(file, ignored)) return true;  // what cannot be opened fails when it is read
    if (opened.ok() || (!leads_out && fs::is_directory(file, ignored))) return false;
    const bool is_wanted = has_rule_name(file) || (!options_.from.empty() && leads_out);
    if (is_wanted || leads_out) (is_wanted ? site_.failures : site_.left).push_back(opened.error());
    return false;
  }

  /// What a server reads in `folder` under just this name and cannot: no check of the rest says how it will behave.
  void report_unreadable(const std::string& folder) {
    std::error_code ignored;
    for (const char* name : {"hosts.allow", "hosts.deny", "rcpthosts", "tcp.smtp"}) {
      const fs::path path = fs::path(folder) / name;
      if (fs::is_directory(path, ignored))
        site_.failures.push_back({"read", path.string(), EISDIR, "it is a folder, and a server reads a file there"});
    }
    const std::string database = (fs::path(folder) / "morercpthosts.cdb").string();
    if (!fs::exists(fs::path(folder) / "rcpthosts", ignored) || !fs::exists(database, ignored)) return;
    const auto reader = cdb::Reader::open(database, sources_.reach.folder_of(database));
    if (!reader.ok()) site_.failures.push_back(reader.error());
  }

  /// Control folders without rcpthosts, and files under names that nothing reads.
  void report_names(const std::string& folder) {
    const auto has = [&](const char* name) {
      std::error_code ignored;
      return fs::is_regular_file(fs::path(folder) / name, ignored);
    };
    const std::vector<Slip> slips = slips_in(folder);
    // nullmailer has 'me' and 'remotes', and takes no mail from anybody
    if (has("me") && !has("rcpthosts") && !has("remotes"))
      add_finding((fs::path(folder) / "me").string(), folder, files::rcpthosts_missing,
                  fmt::format("{} has no rcpthosts: qmail-smtpd takes mail for every domain from everybody",
                              core::quoted(folder)),
                  "write your own domains into rcpthosts, a line each; where it takes mail for none, leave it empty");
    if (has("rcpthosts") && (has("locals") || has("virtualdomains") || has("percenthack")))
      check_local_domains(site_, folder, read_accepted(folder, options_, sources_), options_, sources_, findings_);
    for (const Slip& slip : slips)
      add_finding(slip.path, folder, files::misnamed, slip.message(),
                  fmt::format("rename it to {}, or take it away", core::quoted(slip.meant)));
  }

  void add_finding(const std::string& path, const std::string& folder, const FindingKind& kind, std::string message,
                   std::string help) {
    const Status refused = options_.before_file ? options_.before_file(path) : Status();
    if (refused) return site_.failures.push_back(*refused);
    sources_.reach.found(path, folder);
    const Source* source = sources_.add(path, "");  // it is about the file, and nothing in it
    findings_.add(kind, {source->base(), source->base()}, std::move(message)).with_help(std::move(help));
  }

  /// Reads a file, and with it the other half of its table.
  void read_once(const std::string& path) {
    std::vector<std::string> halves;
    if (read_.insert(path).second) halves.push_back(path);
    if (!halves.empty() && other_half_of(path))
      for (const std::string& file : files_)
        if (are_halves(file, path) && read_.insert(file).second) halves.push_back(file);
    std::stable_partition(halves.begin(), halves.end(), [](const std::string& file) { return !is_second_half(file); });
    Table table;
    for (const std::string& half : halves) {
      ReadOptions reading = options_;
      const auto file = open(half, reading);
      if (!file) continue;
      if (!table.files.empty() && table.files.front().format != file->format) add_table(table, path);
      if (table.files.empty()) table.reading = std::move(reading);
      table.files.push_back(*file);
    }
    add_table(table, path);
  }

  /// A CDB has no text to be checked; one that is damaged has no rules either.
  void report_database(const Source& source) {
    const std::string damage = cdb::find_damage(source.text());
    if (!damage.empty()) return site_.failures.push_back(cdb::damaged(source.name(), damage));
    findings_.add(syntax::not_text, {source.base(), source.base()}, "this is a compiled CDB, not rules")
        .with_help("turn it into rules with 'relayrules dump', and check these");
  }

  /// None for one that cannot be read, which does not keep the others from being checked.
  std::optional<CheckedFile> open(const std::string& path, ReadOptions& reading) {
    const Source* source = read_file_of(site_, path, options_, sources_);
    if (source == nullptr) return std::nullopt;
    if (options_.reading_of) options_.reading_of(source->name(), reading);
    if (is_database(*source, options_)) {
      report_database(*source);
      return std::nullopt;
    }
    const auto format = choose_format(*source, reading);
    if (format.ok()) return CheckedFile{source, format.value()};
    site_.failures.push_back(format.error());
    return std::nullopt;
  }

  /// Reads `files` as one table, and takes them. Beside standard input lies no database, whatever it is called.
  void add_table(Table& table, const std::string& path) {
    auto& files = table.files;
    Site one = read_texts(files, table.reading, findings_);
    for (const CheckedFile& file : files) one.paths.push_back(file.source->name());
    note_unknown_daemon(one, table.reading, sources_, findings_);
    if (!one.unknown_daemon.empty()) site_.unknown_daemon = one.unknown_daemon;
    if (!one.policies.empty() && path != "-") check_database(*files.front().source, one.policies.front(), findings_);
    std::move(one.policies.begin(), one.policies.end(), std::back_inserter(site_.policies));
    std::move(one.destinations.begin(), one.destinations.end(), std::back_inserter(site_.destinations));
    site_.files.insert(site_.files.end(), files.begin(), files.end());
    files.clear();
  }

  Site& site_;
  const ReadOptions& options_;
  Sources& sources_;
  Findings& findings_;
  std::vector<std::string> files_;
  std::vector<std::string> folders_;
  std::set<std::string> named_;
  std::set<std::string> known_;
  std::set<std::string> read_;
  std::set<std::string> with_server_;  ///< what was read as part of a server
};

}  // namespace

void read_each_file(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                    Findings& findings) {
  EachFile(site, options, sources, findings).read(paths);
}

}  // namespace core
