// Reading a server's files: see load_server.hpp. Which file is what is told by its name; what is no control file of qmail is client rules.
//
// A control folder is qmail's whole word on destinations: a list that is not in it does not exist, and then qmail accepts everything.
// Single files are not: a list that was not named may still be there, and audit says so.
#include "load_server.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/file.hpp"
#include "cdb/read.hpp"
#include "command.hpp"
#include "model/key.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "192.168.0.0/16", "192.168.", or one address.
std::optional<Prefix> parse_network(std::string_view text) {
  if (const auto prefix = parse_prefix(text)) return prefix;
  if (const auto octets = parse_octets(text)) return prefix_of(*octets);
  if (const auto address = parse_ipv6(text)) return make_prefix(*address, 128);
  return std::nullopt;
}

class Loader {
 public:
  Loader(const ServerOptions& options, Sources& sources) : options_(options), sources_(sources) {}

  std::variant<LoadedServer, int> load() {
    for (const std::string& path : options_.paths)
      if (const auto code = take(path)) return *code;
    if (findings_.has_errors()) return refuse_proof(findings_, sources_, destinations_path_);
    if (const auto code = settle_destinations()) return *code;
    if (const auto code = take_local_networks()) return *code;
    if (const auto code = take_grants()) return *code;
    if (const auto code = take_rules()) return *code;
    server().daemon = options_.load.daemon;
    server().auth = options_.auth;
    return std::move(loaded_);
  }

 private:
  using Failed = std::optional<int>;

  analysis::Server& server() { return loaded_.server; }

  Failed take(const std::string& path) {
    loaded_.paths.push_back(path);
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return take_folder(path);
    const std::string_view name = base_name(path);
    if (name.ends_with("rcpthosts") || options_.load.from == "rcpthosts")
      return take_destinations(path, server().accepted);
    if (name.ends_with("rcpthosts.cdb")) return take_database(path);
    if (name.ends_with("percenthack")) return take_percenthack(path);
    if (name == "me") return take_name(path, server().me);
    if (name == "localiphost") return take_name(path, server().literal_host);
    if (name == "envnoathost") return take_name(path, server().default_host);
    rule_paths_.push_back(path);
    return std::nullopt;
  }

  Failed take_folder(const std::string& folder) {
    const auto has = [&](const char* name) {
      std::error_code error;  // what cannot be looked at is taken for there, and fails when it is read
      return fs::exists(fs::path(folder) / name, error) || error;
    };
    if (!has("me") && !has("rcpthosts"))
      return report_failure({"use", folder, EINVAL, "it has neither 'me' nor 'rcpthosts': no control folder of qmail"});
    has_folder_ = true;
    for (const char* name : {"rcpthosts", "morercpthosts.cdb", "percenthack", "me", "localiphost", "envnoathost"}) {
      if (!has(name) || (name == std::string_view("morercpthosts.cdb") && !has("rcpthosts"))) continue;
      const std::string file = (fs::path(folder) / name).string();
      sources_.reach.found(file, folder);
      if (const auto code = take(file)) return code;
    }
    if (has("morercpthosts") && !has("morercpthosts.cdb"))
      loaded_.notes.push_back(
          "morercpthosts is not used: qmail reads morercpthosts.cdb, which qmail-newmrh makes of it");
    return std::nullopt;
  }

  Failed take_destinations(const std::string& path, DestinationList& list) {
    const auto source = read_source(sources_, path);
    if (!source.ok()) return report_failure(source.error());
    find_format("rcpthosts")->parse_destinations(*source.value(), list, findings_);
    if (&list == &server().accepted) has_list_ = true;
    destinations_path_ = path;
    return std::nullopt;
  }

  Failed take_database(const std::string& path) {
    const auto reader = cdb::Reader::open(path, sources_.reach.folder_of(path));
    if (!reader.ok()) return report_failure(reader.error());
    for (const auto& record : reader.value().records())
      server().accepted.entries.push_back({in_lower_case(record.key), {}});
    has_list_ = true;
    return std::nullopt;
  }

  Failed take_percenthack(const std::string& path) {
    DestinationList list;
    if (const auto code = take_destinations(path, list)) return code;
    for (Destination& entry : list.entries) server().percenthack.push_back(std::move(entry));
    return std::nullopt;
  }

  /// The first line, as qmail reads it.
  Failed take_name(const std::string& path, std::string& name) {
    const auto source = read_source(sources_, path);
    if (!source.ok()) return report_failure(source.error());
    const std::string_view text = source.value()->text();
    name = in_lower_case(trimmed_right(text.substr(0, text.find('\n'))));
    return std::nullopt;
  }

  Failed settle_destinations() {
    if (options_.no_rcpthosts && has_list_)
      return report_usage("--no-rcpthosts, and yet there is a list of destinations");
    if (has_list_)
      server().destinations = analysis::Destinations::listed;
    else if (options_.no_rcpthosts || has_folder_)
      server().destinations = analysis::Destinations::absent;
    for (std::string* name : {&server().literal_host, &server().default_host})
      if (name->empty()) *name = server().me;
    return std::nullopt;
  }

  Failed take_local_networks() {
    if (options_.local.empty()) return std::nullopt;
    server().local.emplace();
    for (std::string_view rest = options_.local; !rest.empty();) {
      const std::size_t end = std::min(rest.find_first_of(", \t"), rest.size());
      const std::string_view word = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (word.empty()) continue;
      const auto prefix = parse_network(word);
      if (!prefix)
        return report_usage(
            fmt::format("--local: {} is no network; write for instance 192.168.0.0/16", core::quoted(word)));
      server().local->push_back(*prefix);
    }
    return std::nullopt;
  }

  /// As relay-ctrl keeps them: a file for each address, its age the age of the grant. Names with a dot in front are being written.
  Failed take_grants() {
    if (options_.grants.empty()) return std::nullopt;
    std::error_code error;
    fs::directory_iterator files(options_.grants, error);
    if (error) return report_failure({"read", options_.grants, error.value(), {}});
    auto& grants = server().grants.emplace();
    std::size_t others = 0;
    const std::time_t now = std::time(nullptr);
    for (const fs::directory_entry& file : files) {
      const std::string name = file.path().filename().string();
      struct stat facts {};
      if (name.starts_with('.') || ::stat(file.path().c_str(), &facts) != 0) continue;
      const auto address = parse_address(name);
      if (address)
        grants.push_back({*address, facts.st_mtime + static_cast<std::time_t>(options_.grant_seconds) < now});
      else
        ++others;
    }
    std::sort(grants.begin(), grants.end(),
              [](const analysis::Grant& a, const analysis::Grant& b) { return a.address < b.address; });
    if (others != 0)
      loaded_.notes.push_back(
          fmt::format("{} files in '{}' are not called like an address, and grant nothing", others, options_.grants));
    return std::nullopt;
  }

  Failed take_rules() {
    if (rule_paths_.empty()) {
      loaded_.notes.push_back("no client rules were given: everybody is let in, and nobody may relay");
      return std::nullopt;
    }
    auto proof = load_for_proof(rule_paths_, options_.load, sources_);
    if (!proof.policy) return proof.exit_code;
    loaded_.rules = std::move(*proof.policy);
    if (auto unknown = find_unknown_daemon(loaded_.rules, options_.load))
      loaded_.notes.push_back(std::move(unknown->message));
    loaded_.rules_name = rule_paths_.front();
    return std::nullopt;
  }

  const ServerOptions& options_;
  Sources& sources_;
  Findings findings_;
  LoadedServer loaded_;
  std::vector<std::string> rule_paths_;
  std::string destinations_path_;
  bool has_list_ = false;
  bool has_folder_ = false;
};

}  // namespace

void add_server_options(CLI::App& app, ServerOptions& options) {
  app.add_option("FILES", options.paths, "Client rules or a CDB, rcpthosts, percenthack, me; or qmail's control folder")
      ->required();
  app.add_option("--local", options.local, "Networks that are ours, with commas between them")->type_name("NETS");
  app.add_flag("--no-rcpthosts", options.no_rcpthosts, "The server has no rcpthosts: it accepts every domain");
  app.add_flag("--auth", options.auth, "The server offers SMTP AUTH: whoever logs in may relay");
  app.add_option("--grants", options.grants, "Folder with a file for each client that a login let relay")
      ->type_name("DIR");
  app.add_option("--grant-seconds", options.grant_seconds, "How long a grant lasts")
      ->type_name("N")
      ->capture_default_str();
  add_load_options(app, options.load);
}

std::variant<LoadedServer, int> load_server(const ServerOptions& options, Sources& sources) {
  return Loader(options, sources).load();
}

}  // namespace core
