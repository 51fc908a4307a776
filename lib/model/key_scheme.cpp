// What all schemes have in common: see key_scheme.hpp. What each does in its own way stands in key_schemes.cpp.
#include "model/key_scheme.hpp"

#include <algorithm>
#include <array>

#include "model/key.hpp"

namespace core {
namespace {

bool has_upper_case(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// "=NAME" as the text of a name.
void add_host(std::string_view text, KeyKind kind, std::string_view info, Readings& readings) {
  if (!text.starts_with('=') || has_upper_case(text)) return;
  readings.push_back({kind, 0, {}, text.substr(1), info});
}

/// True when no client of the program has one of the addresses: all are IPv4 addresses in their mapped form.
bool is_unseen(const KeyScheme& scheme, const Range& addresses) {
  return scheme.unmaps && addresses.first.family == Family::ipv6 && unmapped(addresses.first).family == Family::ipv4 &&
         unmapped(addresses.last).family == Family::ipv4;
}

/// The address in front of the mapped ones. Those that nobody has go with its networks, so that they are never a set of
/// clients of their own.
Address last_before_mapped() { return *parse_address("::fffe:ffff:ffff"); }

/// What `text` means where it is joined from an info and something else: any "@" may be the one between them.
void add_joined(const KeyScheme& scheme, std::string_view text, Readings& readings) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const std::string_view info = text.substr(0, at);
    const std::string_view behind = text.substr(at + 1);
    Readings addresses;
    scheme.read_address(behind, addresses);
    for (const KeyReading& reading : addresses)
      if (reading.kind == KeyKind::address) readings.push_back({KeyKind::info_address, 0, reading.addresses, {}, info});
    add_host(behind, KeyKind::info_host, info, readings);
  }
}

bool is_prefix(const Range& range) { return prefixes_of(range).size() == 1; }

/// What a reading is about, where it is the only one of its text; none where no pattern says it.
std::optional<ClientPattern> pattern_of(const KeyScheme& scheme, std::string_view key, const KeyReading& reading) {
  switch (reading.kind) {
    case KeyKind::info_host:
    case KeyKind::host: return HostName{reading.name};
    case KeyKind::suffix: return HostSuffix{reading.name};
    case KeyKind::any_name: return AnyNamedClient{};
    case KeyKind::any_client: return AnyClient{};
    default: break;
  }
  if (!reading.exact || !is_prefix(reading.addresses)) return std::nullopt;
  const Prefix prefix = prefixes_of(reading.addresses).front();
  // the pattern must give just this key again
  Keys keys;
  if (scheme.add_cidr_key(prefix, keys) && keys.front() == key) return CidrNetwork{prefix};
  if (is_octet_prefix(prefix)) return prefix;
  keys.clear();
  const bool is_said = prefix.base.family == Family::ipv6 && scheme.add_ipv6_keys(prefix, keys);
  const std::string_view address = key.substr(reading.info.data() == nullptr ? 0 : reading.info.size() + 1);
  return is_said && keys.size() == 1 && keys.front() == address ? std::optional<ClientPattern>(prefix) : std::nullopt;
}

}  // namespace

std::span<const KeyScheme* const> all_key_schemes() {
  static constexpr std::array schemes = {&tcpserver_keys, &ucspi_tcp_ipv6_keys, &ucspi_tcp6_keys};
  return schemes;
}

void ask_keys(const KeyScheme& scheme, const Client& client, const std::function<bool(std::string_view key)>& visit) {
  const std::string address = scheme.address_text(client.address);
  const bool unseen = is_unseen(scheme, {client.address, client.address});
  if (client.info && !unseen && visit(*client.info + "@" + address)) return;
  if (client.info && client.host && visit(*client.info + "@=" + *client.host)) return;
  if (!unseen && visit(address)) return;
  std::string name = "=" + client.host.value_or("");
  if (client.host && visit(name)) return;
  const Address neighbour = unseen ? last_before_mapped() : client.address;
  Keys networks;
  scheme.ask_networks(neighbour, unseen ? scheme.address_text(neighbour) : address, networks);
  if (std::any_of(networks.begin(), networks.end(), visit)) return;
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    name[dot - 1] = '=';  // what stands in front of a dot is asked no more
    if (visit(std::string_view(name).substr(dot - 1))) return;
  }
  if (client.host && visit("=")) return;
  visit("");
}

Keys keys_asked_for(const KeyScheme& scheme, const Client& client) {
  Keys keys;
  ask_keys(scheme, client, [&](std::string_view key) {
    keys.emplace_back(key);
    return false;
  });
  return keys;
}

Readings readings_of(const KeyScheme& scheme, std::string_view text) {
  if (text.empty()) return {KeyReading{}};
  Readings readings;
  add_joined(scheme, text, readings);
  scheme.read_address(text, readings);
  if (text == "=") readings.push_back({KeyKind::any_name});
  add_host(text, KeyKind::host, {}, readings);
  if (text.starts_with("=.") && !has_upper_case(text)) readings.push_back({KeyKind::suffix, 0, {}, text.substr(1)});
  std::erase_if(readings, [&](const KeyReading& reading) { return is_unseen(scheme, reading.addresses); });
  std::stable_sort(readings.begin(), readings.end(),
                   [](const KeyReading& a, const KeyReading& b) { return a.kind < b.kind; });
  return readings;
}

bool is_usual(const KeyReading& reading) {
  if (reading.kind != KeyKind::host && reading.kind != KeyKind::info_host) return true;
  return !reading.name.empty() && !reading.name.starts_with('.');
}

bool has_clients(const KeyScheme& scheme, std::string_view text) {
  const Readings readings = readings_of(scheme, text);
  return std::any_of(readings.begin(), readings.end(), is_usual);
}

KeyMeaning parse_key(const KeyScheme& scheme, std::string_view key) {
  if (const auto octets = parse_octets(key)) return {prefix_of(*octets), std::nullopt};
  // most names have one usual reading under every scheme: without an "@" nothing in them is an address or an info
  if (key.size() > 1 && key.front() == '=' && key.find('@') == std::string_view::npos && !has_upper_case(key)) {
    const std::string_view name = key.substr(1);
    return {name.front() == '.' ? ClientPattern(HostSuffix{name}) : ClientPattern(HostName{name}), std::nullopt};
  }
  const KeyMeaning raw{RawKey{key}, std::nullopt};
  const Readings readings = readings_of(scheme, key);
  // an address whose text ends like that of a network is asked with it twice
  const bool is_twofold = !readings.empty() && !is_usual(readings.front());
  if (readings.empty() || readings.size() > (is_twofold ? 2 : 1) || !is_usual(readings.back())) return raw;
  const KeyReading& reading = readings.back();
  const auto pattern = pattern_of(scheme, key, reading);
  if (!pattern) return raw;
  const bool has_info = reading.kind == KeyKind::info_address || reading.kind == KeyKind::info_host;
  return {*pattern, has_info ? std::optional(reading.info) : std::nullopt};
}

}  // namespace core
