// Reading what belongs to one server: see read_site.hpp. What is no control file of qmail is rules about clients.
//
// A control folder is qmail's whole word on destinations: a list that is not in it does not exist, and then qmail
// accepts everything. Single files are not: a list that was not named may still be there, and audit says so.
#include "site/read_site.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <set>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "site/badmailfrom.hpp"
#include "site/file_names.hpp"
#include "site/local_domains.hpp"
#include "site/read_clients.hpp"
#include "site/rule_files.hpp"
#include "site/servers.hpp"
#include "site/stale_database.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// Rules about clients that lie in a folder: of libwrap, and of programs that ask by key.
struct RulesThere {
  std::string folder;
  std::vector<std::string> by_order;
  std::vector<std::string> by_key;

  [[nodiscard]] bool empty() const { return by_order.empty() && by_key.empty(); }
};

std::string quoted_names(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(core::quoted(base_name(path)));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// What cannot be looked at is taken for there, and fails when it is read.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) || error;
}

class SiteReader {
 public:
  SiteReader(const ReadOptions& options, Sources& sources, Findings& findings)
      : options_(options), sources_(sources), findings_(findings) {}

  Site read(const std::vector<std::string>& paths) {
    site_.daemon = options_.daemon;
    site_.local = options_.local;
    site_.server = options_.scope == Scope::server ? server_of(paths, options_) : Server::unknown;
    switch (site_.server) {
      case Server::sendmail: return read_by(read_sendmail, paths);
      case Server::postfix: return read_by(read_postfix, paths);
      case Server::exchange: return read_by(read_exchange, paths);
      case Server::qmail:
      case Server::unknown: break;
    }
    for (const std::string& path : paths) take(path);
    take_grants();
    settle_rules();
    if (site_.failures.empty()) read_clients(site_, rules_, options_, sources_, findings_);
    site_.add_connect_stage();
    settle_destinations();
    if (options_.scope == Scope::server) note_rules();
    return std::move(site_);
  }

 private:
  template <typename Reader>
  Site read_by(Reader&& reader, const std::vector<std::string>& paths) {
    take_grants();
    reader(site_, paths, options_, sources_, findings_);
    if (site_.destinations.empty()) site_.list_destinations();
    return std::move(site_);
  }

  void fail(std::string action, const std::string& path, std::string reason) {
    site_.failures.push_back({std::move(action), path, EINVAL, std::move(reason)});
  }

  void take(const std::string& path) {
    std::error_code ignored;
    if (path != "-" && fs::is_directory(path, ignored)) return take_folder(path);
    if (options_.scope == Scope::server && take_server_file(path)) return;
    rules_.push_back(path);
  }

  /// True for a file that is known by its name, and not about clients.
  bool take_server_file(const std::string& path) {
    const std::string_view name = base_name(path);
    const Format* format = detect_format(path, {}).format();
    if (format == nullptr || format->parse_destinations == nullptr) format = find_format(options_.from);
    if (format != nullptr && format->parse_destinations != nullptr)
      take_destinations(path, *format, accepted());
    else if (name.ends_with("rcpthosts.cdb"))
      take_database(path);
    else if (name.ends_with("percenthack"))
      take_percenthack(path);
    else if (name == "badmailfrom")
      badmailfrom_ = read_file_of(site_, path, options_, sources_);
    else if (name == "me")
      take_name(path, site_.qmail.me);
    else if (name == "localiphost")
      take_name(path, site_.qmail.literal_host);
    else if (name == "envnoathost")
      take_name(path, site_.qmail.default_host);
    else
      return false;
    return true;
  }

  void take_folder(const std::string& folder) {
    site_.paths.push_back(folder);
    RulesThere there{folder, {}, {}};
    if (!find_rules(there)) return;
    const bool is_control = options_.scope == Scope::server && take_control_folder(folder);
    if (!there.empty()) return there_.push_back(std::move(there));
    if (is_control) return;
    std::string reason = options_.scope == Scope::server
                             ? "it has neither 'me' nor 'rcpthosts', and no rules about clients"
                             : "no rules about clients are in it";
    for (const Slip& slip : slips_in(folder)) reason += "; " + slip.message();
    fail("use", folder, std::move(reason));
  }

  /// The format that the name of `path` tells, confirmed by its text where other files are called so, too; null when
  /// there is none.
  static const Format* format_of_named(const std::string& path, const std::string& folder) {
    const Detection named = detect_format(path, {});
    if (named.confidence != Confidence::by_usual_name) return named.format();
    return detect_found(path, read_head(path, head_bytes, folder)).format();
  }

  /// False when the folder cannot be read.
  bool find_rules(RulesThere& there) {
    std::vector<std::string> compiled;
    std::error_code error;
    for (fs::directory_iterator entry(there.folder.empty() ? "." : there.folder, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string path = (fs::path(there.folder) / entry->path().filename()).string();
      const std::string_view name = base_name(path);
      const bool is_compiled = name.ends_with(".cdb");
      const Format* format = is_compiled ? detect_format(name.substr(0, name.size() - 4), {}).format()
                                         : format_of_named(path, there.folder);
      if (name.starts_with('.') || format == nullptr || format->parse == nullptr) continue;
      if (format->lookup.by == Lookup::By::key)
        (is_compiled ? compiled : there.by_key).push_back(path);
      else if (name == "hosts.allow" || name == "hosts.deny")
        there.by_order.push_back(path);
    }
    if (error) site_.failures.push_back({"read the folder", there.folder, error.value(), {}});
    // a database whose text lies beside it is told apart from others by note_beside()
    for (std::string& path : compiled)
      if (std::find(there.by_key.begin(), there.by_key.end(), path.substr(0, path.size() - 4)) == there.by_key.end())
        there.by_key.push_back(std::move(path));
    std::sort(there.by_order.begin(), there.by_order.end());
    std::sort(there.by_key.begin(), there.by_key.end());
    return !error;
  }

  /// False for a folder that is none.
  bool take_control_folder(const std::string& folder) {
    const auto has = [&](std::string_view name) { return is_there(fs::path(folder) / name); };
    if (!has("me") && !has("rcpthosts") && site_.server != Server::qmail) return false;
    has_control_folder_ = true;
    const std::string_view more = has("morercpthosts.cdb") ? "morercpthosts.cdb" : "morercpthosts";
    const std::initializer_list<std::string_view> names = {"rcpthosts",   more,          "percenthack", "me",
                                                           "localiphost", "envnoathost", "badmailfrom"};
    for (const std::string_view name : names)
      // without rcpthosts qmail does not look at the others
      if (has(name) && (name != more || has("rcpthosts"))) take_control_file(folder, name);
    if (has("rcpthosts") && has("morercpthosts") && !has("morercpthosts.cdb"))
      site_.notes.emplace_back(
          "morercpthosts is taken as if qmail-newmrh had been run; qmail reads only morercpthosts.cdb, which is not "
          "there");
    Findings found;
    if (has("rcpthosts")) check_local_domains(site_, folder, accepted(), options_, sources_, found);
    for (const Finding& finding : found.all()) site_.notes.push_back(finding.message.text(sources_));
    note_slips(folder);
    return true;
  }

  void take_control_file(const std::string& folder, std::string_view name) {
    const std::string file = (fs::path(folder) / name).string();
    sources_.reach.found(file, folder);
    take_server_file(file);
  }

  void note_slips(const std::string& folder) {
    for (const Slip& slip : slips_in(folder)) site_.notes.push_back(slip.message());
  }

  /// All lists are one: rcpthosts and morercpthosts.
  DestinationList& accepted() {
    return site_.destinations.empty() ? site_.destinations.emplace_back() : site_.destinations.front();
  }

  void take_destinations(const std::string& path, const Format& format, DestinationList& list) {
    const Source* source = read_file_of(site_, path, options_, sources_);
    if (source == nullptr) return;
    Findings found;
    format.parse_destinations(*source, Reading::faithful, list, found);
    if (found.has_errors()) site_.in_error = path;
    std::move(found.all().begin(), found.all().end(), std::back_inserter(findings_.all()));
    site_.files.push_back({source, &format});
  }

  void take_database(const std::string& path) {
    site_.paths.push_back(path);
    const auto reader = cdb::Reader::open(path, sources_.reach.folder_of(path));
    if (!reader.ok()) return site_.failures.push_back(reader.error());
    cdb::read_destinations(reader.value(), accepted());
  }

  void take_percenthack(const std::string& path) {
    DestinationList list;
    take_destinations(path, *find_format("rcpthosts"), list);
    site_.qmail.percenthack = list.entries();
  }

  /// The first line, as qmail reads it.
  void take_name(const std::string& path, std::string& name) {
    const Source* source = read_file_of(site_, path, options_, sources_);
    if (source == nullptr) return;
    const std::string_view text = source->text();
    name = in_lower_case(trimmed_right(text.substr(0, text.find('\n'))));
  }

  void settle_destinations() {
    if (options_.scope != Scope::server) return;
    const bool is_absent = options_.no_destinations || has_control_folder_;
    site_.add_recipient_stage(!site_.destinations.empty() ? Destinations::listed
                              : is_absent                 ? Destinations::absent
                                                          : Destinations::unknown,
                              options_.login);
    if (badmailfrom_ != nullptr) add_badmailfrom(site_, *badmailfrom_);
    for (std::string* name : {&site_.qmail.literal_host, &site_.qmail.default_host})
      if (name->empty()) *name = site_.qmail.me;
  }

  /// As relay-ctrl keeps them: a file for each address, its age the age of the grant. Names with a dot in front are
  /// being written.
  void take_grants() {
    if (options_.has_grants || !options_.grants.empty()) site_.grants.emplace();
    if (options_.grants.empty()) return;
    std::error_code error;
    fs::directory_iterator files(options_.grants, error);
    if (error) return site_.failures.push_back({"read", options_.grants, error.value(), {}});
    auto& grants = *site_.grants;
    std::size_t others = 0;
    const std::time_t now = std::time(nullptr);
    for (const fs::directory_entry& file : files) {
      const std::string name = file.path().filename().string();
      struct stat facts {};
      if (name.starts_with('.') || ::stat(file.path().c_str(), &facts) != 0) continue;
      if (const auto address = parse_address(name))
        grants.push_back({unmapped(*address), facts.st_mtime + static_cast<std::time_t>(options_.grant_seconds) < now});
      else
        ++others;
    }
    std::sort(grants.begin(), grants.end(), [](const Grant& a, const Grant& b) { return a.address < b.address; });
    if (others != 0)
      site_.notes.push_back(
          fmt::format("{} files in '{}' are not called like an address, and grant nothing", others, options_.grants));
  }

  /// Rules that were named come before those that lie in folders.
  void settle_rules() {
    const bool are_named = !rules_.empty();
    if (are_named) site_.rules_name = rules_.front();
    for (RulesThere& there : there_) {
      if (are_named && options_.scope == Scope::clients && !not_taken(there).empty())
        fail("use", there.folder, "rules about clients lie in it that were not named, and others were; name the files");
      else if (are_named)
        leave_rest(there);
      else if (rules_.empty())
        choose_rules(there);
      else
        fail("use", there.folder,
             "rules about clients lie in " + core::quoted(site_.rules_name) + ", too; name the files");
    }
    note_other_half();
  }

  [[nodiscard]] std::vector<std::string> not_taken(const RulesThere& there) const {
    std::vector<std::string> rest;
    for (const auto* paths : {&there.by_order, &there.by_key})
      for (const std::string& path : *paths)
        if (std::find(rules_.begin(), rules_.end(), path) == rules_.end()) rest.push_back(path);
    return rest;
  }

  void leave_rest(const RulesThere& there) {
    for (std::string& path : not_taken(there)) site_.unread.push_back(std::move(path));
  }

  /// Of tcpserver's rules in a folder those for SMTP count. Which of two programs is asked is never guessed: one may
  /// relay for whom the other does not.
  void choose_rules(RulesThere& there) {
    const bool are_both = !there.by_order.empty() && !there.by_key.empty();
    if (are_both && options_.from.empty())
      return fail(
          "use", there.folder,
          fmt::format("rules for two programs lie in it, {} for libwrap and {} for tcpserver; say which is asked "
                      "with --from hosts_access or --from tcprules, or name the files",
                      quoted_names(there.by_order), quoted_names(there.by_key)));
    auto smtp = there.by_key.end();
    for (const char* name : {"tcp.smtp", "tcp.smtp.cdb"})
      if (smtp == there.by_key.end())
        smtp = std::find(there.by_key.begin(), there.by_key.end(), (fs::path(there.folder) / name).string());
    if (there.by_key.empty() || (are_both && options_.from == "hosts_access"))
      rules_ = there.by_order;
    else if (smtp != there.by_key.end())
      rules_ = {*smtp};
    else if (there.by_key.size() == 1)
      rules_ = there.by_key;
    else
      return fail("use", there.folder,
                  fmt::format("several rule files lie in it, {}; name the one that the server reads",
                              quoted_names(there.by_key)));
    site_.rules_name = there.folder;
    for (const std::string& path : rules_) sources_.reach.found(path, there.folder);
    leave_rest(there);
  }

  /// hosts.deny that lies beside hosts.allow, and the reverse.
  void note_other_half() {
    for (const std::string& path : rules_) {
      const auto other = other_half_of(path);
      const bool is_second = is_second_half(path);
      const auto completes = [&](const std::string& rule) {
        return other_half_of(rule).has_value() && is_second_half(rule) != is_second;
      };
      if (!other || std::any_of(rules_.begin(), rules_.end(), completes)) continue;
      if (is_there(*other)) {
        site_.other_half = *other;
        return site_.unread.push_back(*other);
      }
      if (rules_.size() == 1)
        site_.notes.push_back(fmt::format("there is no {} beside it", core::quoted(base_name(*other))));
    }
  }

  /// What an audit should not be silent about.
  void note_rules() {
    if (!site_.failures.empty()) return;
    if (rules_.empty()) {
      site_.notes.emplace_back("no client rules were given: everybody is let in, and nobody may relay");
      note_rules_beside();
    }
    if (!site_.unknown_daemon.empty()) site_.notes.push_back(site_.unknown_daemon);
    for (const std::string& path : rules_) note_beside(path);
    for (const std::string& path : site_.unread)
      site_.notes.push_back(fmt::format("{} lies there and was not read", core::quoted(path)));
  }

  /// Rules about clients that lie beside the lists.
  void note_rules_beside() {
    std::set<std::string> folders;
    std::error_code ignored;
    for (const std::string& path : site_.paths)
      if (path != "-" && !fs::is_directory(path, ignored)) folders.insert(fs::path(path).parent_path().string());
    for (const std::string& folder : folders) {
      RulesThere there{folder, {}, {}};
      if (find_rules(there)) leave_rest(there);
    }
    site_.failures.clear();  // a folder whose files may be read, and not listed
  }

  void note_beside(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    const std::string folder = parent.empty() ? "." : parent.string();
    if (path == "-") return;
    if (site_.rests_on_one_policy() && site_.known_destinations() == Destinations::unknown) {
      for (const char* name : {"rcpthosts", "morercpthosts"})
        if (const std::string file = (parent / name).string();
            is_there(file) && std::find(site_.unread.begin(), site_.unread.end(), file) == site_.unread.end())
          site_.unread.push_back(file);
      note_slips(folder);
    }
    Findings found;
    for (const CheckedFile& file : site_.files)
      if (file.source->name() == path && rules_.size() == 1) check_database(*file.source, site_.clients(), found);
    for (const Finding& finding : found.all()) site_.notes.push_back(finding.message.text(sources_));
  }

  const ReadOptions& options_;
  Sources& sources_;
  Findings& findings_;
  Site site_;
  std::vector<std::string> rules_;
  std::vector<RulesThere> there_;
  const Source* badmailfrom_ = nullptr;
  bool has_control_folder_ = false;
};

}  // namespace

Site read_site(const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
               Findings& findings) {
  if (options.scope != Scope::each_file) return SiteReader(options, sources, findings).read(paths);
  Site site;
  site.daemon = options.daemon;
  read_each_file(site, paths, options, sources, findings);
  return site;
}

}  // namespace core
