// Reading the files of Sendmail: see servers.hpp. Tables are made in sendmail_tables.cpp, steps in sendmail_stages.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <future>
#include <set>
#include <utility>

#include "base/file.hpp"
#include "base/finding_kinds.hpp"
#include "base/launch.hpp"
#include "base/printable.hpp"
#include "model/format.hpp"
#include "site/read_clients.hpp"
#include "site/sendmail_findings.hpp"
#include "site/sendmail_stages.hpp"
#include "site/server_files.hpp"
#include "site/servers.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

class SendmailReader {
 public:
  SendmailReader(Site& site, const ReadOptions& options, Sources& sources, Findings& findings)
      : site_(site), options_(options), sources_(sources), findings_(findings) {}

  void read(const std::vector<std::string>& paths) {
    site_.server = Server::sendmail;
    site_.rules_name = paths.front();
    for (const std::string& path : paths) take(path);
    read_configuration();
    read_map();
    read_class(parts_.features.relay_domains_file, parts_.relayed);
    if (parts_.features.use_cw_file)
      read_class(parts_.features.local_names_file, parts_.own);
    else if (!file_named(parts_.features.local_names_file).empty())
      site_.notes.push_back(fmt::format("{} is not used: the configuration has no FEATURE(`use_cw_file')",
                                        core::quoted(parts_.features.local_names_file)));
    note_nothing_read();
    add_words();
    if (options_.scope == Scope::each_file) {
      report_sendmail(configuration_, parts_, findings_);
      return check_networks();
    }
    auto dangers = std::async(launch_for(parts_.map.entries.size()), [this] {
      Findings found;
      report_sendmail(configuration_, parts_, found);
      return found;
    });
    if (site_.failures.empty()) make_sendmail_stages(site_, parts_);
    note_dangers(dangers.get());
  }

 private:
  void take(const std::string& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return named_.push_back(path);
    site_.paths.push_back(path);
    folders_.push_back(path);
  }

  /// The path of a file with this name: one that the user named, or one in a folder of his. Empty when there is none.
  [[nodiscard]] std::string file_named(std::string_view name) {
    for (const std::string& path : named_)
      if (base_name(path) == name) return path;
    std::error_code ignored;
    for (const std::string& folder : folders_) {
      const std::string path = (fs::path(folder) / name).string();
      if (!fs::exists(path, ignored)) continue;
      sources_.reach.found(path, folder);
      return path;
    }
    return {};
  }

  /// Null when there is no such file, or it could not be read.
  const Source* read_named(std::string_view name) {
    const std::string path = file_named(name);
    return path.empty() ? nullptr : read_file_of(site_, path, options_, sources_);
  }

  void read_configuration() {
    // what is checked was taken for Sendmail's by its name, or by a text of macros
    const bool is_told = options_.scope == Scope::each_file;
    const auto is_configuration = [&](const std::string& path) { return is_told || path.ends_with(".mc"); };
    const auto named = std::find_if(named_.begin(), named_.end(), is_configuration);
    const Source* source =
        named != named_.end() ? read_file_of(site_, *named, options_, sources_) : read_named("sendmail.mc");
    configuration_ = source;
    if (source != nullptr) {
      site_.files.push_back({source, &sendmail_mc_file});
      parts_.features = read_sendmail_mc(*source);
      parts_.login_relays = parts_.features.login_relays;
      return;
    }
    parts_.features = debian_features();
    parts_.login_relays = options_.login;
    site_.notes.emplace_back(
        "there is no sendmail.mc: taken are the features of Debian's, access_db with skip, delay_checks for friends "
        "and "
        "use_cw_file");
  }

  void read_map() {
    const std::string& name = parts_.features.access_file;
    if (name.empty()) {
      if (!file_named("access").empty())
        site_.notes.emplace_back("'access' is not used: the configuration has no FEATURE(`access_db')");
      return;
    }
    const Source* source = read_named(name);
    if (source == nullptr) return;
    parts_.map = read_access_map(*source, findings_);
    parts_.has_map = true;
    if (const Format* format = find_format("sendmail_access")) site_.files.push_back({source, format});
  }

  void note_nothing_read() {
    if (!site_.files.empty() || !site_.failures.empty()) return;
    site_.notes.push_back(fmt::format("none of Sendmail's files is there; looked for were sendmail.mc, {}, {} and {}",
                                      parts_.features.access_file, parts_.features.relay_domains_file,
                                      parts_.features.local_names_file));
  }

  void read_class(std::string_view name, std::vector<ClassWord>& words) {
    const Source* source = read_named(name);
    if (source == nullptr) return;
    site_.files.push_back({source, &sendmail_class_file});
    words = read_class_words(*source);
  }

  /// What the configuration itself adds to the classes, and what Sendmail does.
  void add_words() {
    SendmailFeatures& features = parts_.features;
    std::move(features.local_domains.begin(), features.local_domains.end(), std::back_inserter(parts_.own));
    std::move(features.relay_domains.begin(), features.relay_domains.end(), std::back_inserter(parts_.relayed));
    for (const char* name : {"localhost", "[127.0.0.1]"}) parts_.own.push_back({name, {}});
    if (!features.host.empty()) return parts_.own.push_back({features.host, {}});
    site_.notes.emplace_back(
        "the configuration does not say the host's name: mail for it counts as mail for others; "
        "define(`confDOMAIN_NAME', ...) says it");
  }

  /// Networks that relay have the checks of all such networks.
  void check_networks() {
    SendmailTables tables(parts_.map, parts_.features, site_);
    std::array made{class_addresses(parts_.relayed), tables.addresses()};
    for (Policy& policy : made) {
      if (policy.rules.empty()) continue;
      check_as_networks(policy, *sources_.find(policy.rules.front().span().begin));
      site_.policies.push_back(std::move(policy));
    }
  }

  /// What `check` finds in the features is for whoever asks who may relay, too, and the first of each kind in the map.
  void note_dangers(const Findings& dangers) {
    std::set<const FindingKind*> said;
    for (const Finding& danger : dangers.all()) {
      const bool is_of_map = configuration_ == nullptr || sources_.find(danger.span.begin) != configuration_;
      const bool is_about_relaying = danger.kind == &sendmail_mc::sender_trust || danger.kind == &tables::not_an_action;
      if (danger.severity < Severity::warning || (is_of_map && !is_about_relaying)) continue;
      if (!is_of_map || said.insert(danger.kind).second) site_.notes.push_back(danger.message.text(sources_));
    }
    // class m is of the name that the machine has, whatever confDOMAIN_NAME says
    if (parts_.features.relay_entire_domain && !parts_.features.host.empty())
      site_.notes.push_back(fmt::format(
          "FEATURE(`relay_entire_domain') is about the domain of the machine's own name, which no file tells: "
          "taken is that of {}",
          core::quoted(parts_.features.host)));
    if (parts_.features.accept_unqualified_senders)
      site_.notes.emplace_back("FEATURE(`accept_unqualified_senders') takes senders without a domain from everybody");
  }

  Site& site_;
  const ReadOptions& options_;
  Sources& sources_;
  Findings& findings_;
  std::vector<std::string> named_;
  std::vector<std::string> folders_;
  const Source* configuration_ = nullptr;
  SendmailParts parts_;
};

}  // namespace

void read_sendmail(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                   Findings& findings) {
  SendmailReader(site, options, sources, findings).read(paths);
}

}  // namespace core
