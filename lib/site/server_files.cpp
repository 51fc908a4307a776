// Checked files of servers: see server_files.hpp.
#include "site/server_files.hpp"

#include <algorithm>
#include <filesystem>

#include "base/ascii_case.hpp"
#include "model/foreign_file.hpp"
#include "site/servers.hpp"

namespace core {
namespace {

constexpr std::string_view main_cf_name = "main.cf";

/// "main.cf", "mail_main.cf", "main.cf.example", and not "domain.cf".
bool is_main_cf_name(std::string_view name) {
  const std::size_t at = name.find(main_cf_name);
  if (at == std::string_view::npos || (at > 0 && (is_letter(name[at - 1]) || is_digit(name[at - 1])))) return false;
  const std::string_view behind = name.substr(at + main_cf_name.size());
  return behind.empty() || (!is_letter(behind.front()) && !is_digit(behind.front()) && !behind.ends_with(".proto"));
}

bool is_class_name(std::string_view name) { return name == "relay-domains" || name == "local-host-names"; }

/// What a text is, when the first lines tell.
Server server_of_text(std::string_view text) {
  const ForeignFile* foreign = find_foreign_text(text);
  if (foreign == nullptr) return Server::unknown;
  if (foreign == find_foreign_name("main.cf")) return Server::postfix;
  return foreign == find_foreign_name("sendmail.mc") ? Server::sendmail : Server::unknown;
}

}  // namespace

const Format main_cf_file = {.name = "main.cf",
                             .summary = "Postfix's configuration",
                             .file_patterns = {},
                             .traits = Traits::text | Traits::indented};
const Format postfix_list_file = {.name = "list of main.cf", .summary = "a list of Postfix", .file_patterns = {}};
const Format sendmail_mc_file = {.name = "sendmail.mc", .summary = "Sendmail's configuration", .file_patterns = {}};
const Format sendmail_class_file = {.name = "class of Sendmail", .summary = "a class of Sendmail", .file_patterns = {}};

const Format exchange_file = {.name = "Exchange", .summary = "what Exchange's commands print", .file_patterns = {}};

void check_as_networks(Policy& policy, const Source& whole) {
  policy.format = "mynetworks";
  policy.span = whole.span_of(whole.text());
}

Server server_of_checked(const std::string& path, bool is_named, const ReadOptions& options, const Sources& sources) {
  const std::string& called = path == "-" ? options.stdin_name : path;
  const std::string_view name = base_name(called);
  if (!options.from.empty() || is_template_file(called) || is_expectation_file(called)) return Server::unknown;
  if (is_main_cf_name(name)) return Server::postfix;
  if (const Server own = server_of_name(name); own != Server::unknown) return own;
  if (name == "access" && options.server == Server::sendmail) return Server::sendmail;
  if (name.ends_with(".json") || name.ends_with(".csv"))
    return is_named && path != "-" ? server_of_file(path) : Server::unknown;
  const bool is_mc = name.ends_with(".mc");
  if (is_mc && is_named) return Server::sendmail;
  if ((!is_mc && !is_named) || detect_format(called, {}).format() != nullptr) return Server::unknown;
  const bool is_told = is_named && (options.server == Server::postfix || options.server == Server::sendmail);
  if (path == "-") return is_told ? options.server : Server::unknown;
  const std::string head = read_head(path, head_bytes, sources.reach.folder_of(path));
  if (is_told && detect_format(path, head).format() == nullptr) return options.server;
  const Server told = server_of_text(head);
  return is_mc && told != Server::sendmail ? Server::unknown : told;
}

Site read_checked_server(const std::string& path, Server server, const ReadOptions& options, Sources& sources,
                         Findings& findings) {
  namespace fs = std::filesystem;
  Site site;
  site.server = server;
  ReadOptions reading = options;
  reading.server = server;
  if (server == Server::postfix) {
    read_postfix(site, {path}, reading, sources, findings);
    std::erase_if(site.policies, [](const Policy& policy) { return find_format(policy.format) == nullptr; });
    return site;
  }
  const std::string parent = fs::path(path).parent_path().string();
  const std::string folder = parent.empty() ? "." : parent;
  const std::string_view name = base_name(path);
  if (server == Server::exchange) {
    const bool has_others = server_of_name(name) == Server::exchange;
    read_exchange(site, {has_others ? folder : path}, reading, sources, findings);
    return site;
  }
  std::vector<std::string> paths;
  if (!is_class_name(name) && name != "access") paths.push_back(path);
  if (paths.empty() || name == "sendmail.mc") paths.push_back(folder);
  read_sendmail(site, paths, reading, sources, findings);
  return site;
}

}  // namespace core
