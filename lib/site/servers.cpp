// Whose files they are: see servers.hpp.
#include "site/servers.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include "base/source.hpp"
#include "site/file_names.hpp"

namespace core {
namespace {

/// Files that a server has and no other.
constexpr std::pair<Server, std::string_view> own_files[] = {
    {Server::postfix, "main.cf"},
    {Server::sendmail, "sendmail.mc"},
    {Server::sendmail, "relay-domains"},
    {Server::sendmail, "local-host-names"},
    {Server::exchange, "receive-connectors.json"},
    {Server::exchange, "receive-connectors.csv"},
    {Server::exchange, "ad-permissions.json"},
    {Server::exchange, "ad-permissions.csv"},
    {Server::exchange, "accepted-domains.json"},
    {Server::exchange, "accepted-domains.csv"},
    {Server::exchange, "smtp-virtual-server.json"},
    {Server::exchange, "smtp-virtual-server.csv"},
};

Server server_of_folder(const std::string& folder) {
  std::error_code ignored;
  for (const auto& [server, file] : own_files)
    if (std::filesystem::exists(std::filesystem::path(folder) / file, ignored)) return server;
  return Server::unknown;
}

}  // namespace

Server server_of_name(std::string_view name) {
  for (const auto& [server, file] : own_files)
    if (name == file) return server;
  return Server::unknown;
}

Server server_of_file(const std::string& path) {
  const std::string_view name = base_name(path);
  if (const Server named = server_of_name(name); named != Server::unknown) return named;
  if (!name.ends_with(".json") && !name.ends_with(".csv")) return Server::unknown;
  const std::string head = read_head(path, head_bytes);
  const auto has = [&](const char* field) { return head.find(field) != std::string::npos; };
  return has("RemoteIPRanges") || has("RelayIpList") ? Server::exchange : Server::unknown;
}

Server server_of(const std::vector<std::string>& paths, const ReadOptions& options) {
  if (options.server != Server::unknown) return options.server;
  std::error_code ignored;
  for (const std::string& path : paths) {
    const Server server = std::filesystem::is_directory(path, ignored) ? server_of_folder(path) : server_of_file(path);
    if (server != Server::unknown) return server;
  }
  return Server::unknown;
}

}  // namespace core
