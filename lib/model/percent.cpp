// Percent expansion: see percent.hpp. Source: percent_x.c and eval.c of libwrap 7.6.q; held against it by
// tests/conformance/tcpdmatch_test.cpp.
#include "model/percent.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"

namespace core {
namespace {

constexpr std::string_view unknown = "unknown";

bool is_unknown(const std::string& text) { return in_lower_case(text) == unknown; }

/// A name if there is one, else the address.
std::string host_info(const std::string& name, const std::string& address) {
  return is_unknown(name) || in_lower_case(name) == paranoid_host ? address : name;
}

struct Connection {
  std::string address, name, user, daemon;
  std::string server_address = std::string(unknown);
  std::string server_name = std::string(unknown);
};

Connection connection_of(const Client& client, std::string_view daemon) {
  const std::size_t at = std::min(daemon.find('@'), daemon.size());
  Connection known{format_address(client.address), client.host.value_or(std::string(unknown)),
                   client.info.value_or(std::string(unknown)), std::string(daemon.substr(0, at))};
  const std::string_view server = daemon.substr(std::min(at + 1, daemon.size()));
  if (!server.empty()) (parse_address(server) ? known.server_address : known.server_name) = std::string(server);
  return known;
}

std::string server_text(const Connection& known) {
  const std::string host = host_info(known.server_name, known.server_address);
  return is_unknown(host) ? known.daemon : known.daemon + "@" + host;
}

std::string client_text(const Connection& known) {
  const std::string host = host_info(known.name, known.address);
  return is_unknown(known.user) ? host : known.user + "@" + host;
}

std::string value_of(char letter, const Connection& known) {
  switch (letter) {
    case 'a': return known.address;
    case 'A': return known.server_address;
    case 'c': return client_text(known);
    case 'd': return known.daemon;
    case 'h': return host_info(known.name, known.address);
    case 'H': return host_info(known.server_name, known.server_address);
    case 'n': return known.name;
    case 'N': return known.server_name;
    case 's': return server_text(known);
    case 'u': return known.user;
    case '%': return "%";
    case 'p':
    case 'r':
    case 'R': return std::string("%") + letter;
    default: return {};
  }
}

/// What a shell could take for more than text becomes '_'.
std::string harmless(std::string text) {
  const auto is_harmless = [](char c) {
    return is_digit(c) || is_letter(c) || std::string_view("!@%-_=+:,./").find(c) != std::string_view::npos;
  };
  std::replace_if(
      text.begin(), text.end(), [&](char c) { return !is_harmless(c); }, '_');
  return text;
}

}  // namespace

EnvEdit expanded(const EnvEdit& edit, const Client& client, std::string_view daemon) {
  if (!edit.expands) return edit;
  const Connection known = connection_of(client, daemon);
  const std::string_view value = edit.value();
  EnvEdit result = edit;
  result.expands = false;
  result.assignment.resize(edit.name_size + 1);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool is_expansion = value[i] == '%' && i + 1 < value.size();
    result.assignment += is_expansion ? harmless(value_of(value[++i], known)) : std::string(1, value[i]);
  }
  return result;
}

std::vector<std::string_view> chosen_by_client(std::string_view text) {
  std::vector<std::string_view> uses;
  for (std::size_t at = text.find('%'); at != std::string_view::npos && at + 1 < text.size();
       at = text.find('%', at + 2))
    if (std::string_view("hnuc").find(text[at + 1]) != std::string_view::npos) uses.push_back(text.substr(at, 2));
  return uses;
}

}  // namespace core
