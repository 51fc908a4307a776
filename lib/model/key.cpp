// Keys of clients and the meaning of a key: see key.hpp.
#include "model/key.hpp"

#include <algorithm>

namespace relayrules {
namespace {

bool has_upper_case(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

KeyMeaning raw(std::string_view key) { return {RawKey{std::string(key)}, std::nullopt}; }

/// "=" and a name, or "=.suffix".
KeyMeaning parse_host_key(std::string_view key) {
  const std::string_view name = key.substr(1);
  if (name.empty()) return {AnyNamedPeer{}, std::nullopt};
  if (has_upper_case(name)) return raw(key);  // names are looked up in lower case
  if (name.front() == '.') return {HostSuffix{std::string(name)}, std::nullopt};
  return {HostName{std::string(name)}, std::nullopt};
}

/// "info@address" or "info@=host": info is joined with nothing else.
KeyMeaning parse_info_key(std::string_view key, std::size_t at) {
  const std::string_view behind = key.substr(at + 1);
  std::string info(key.substr(0, at));
  if (behind.size() > 1 && behind[0] == '=' && behind[1] != '.' && !has_upper_case(behind))
    return {HostName{std::string(behind.substr(1))}, std::move(info)};
  if (const auto octets = parse_octets(behind); octets && octets->count == 4)
    return {prefix_of(*octets), std::move(info)};
  return raw(key);
}

}  // namespace

std::vector<std::string> keys_asked_for(const Client& client) {
  const std::string address = format_address(client.address);
  std::vector<std::string> keys;
  if (client.info) {
    keys.push_back(*client.info + "@" + address);
    if (client.host) keys.push_back(*client.info + "@=" + *client.host);
  }
  keys.push_back(address);
  if (client.host) keys.push_back("=" + *client.host);
  for (std::size_t size = address.size(); size > 0; --size)
    if (address[size - 1] == '.') keys.push_back(address.substr(0, size));
  if (client.host) {
    for (std::size_t at = 0; at < client.host->size(); ++at)
      if ((*client.host)[at] == '.') keys.push_back("=" + client.host->substr(at));
    keys.emplace_back("=");
  }
  keys.emplace_back("");
  return keys;
}

std::optional<Octets> parse_octets(std::string_view text) {
  Octets octets;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end && octets.count < 4) {
    const char* const begin = at;
    unsigned value = 0;
    for (; at != end && static_cast<unsigned>(*at - '0') < 10 && at - begin < 4; ++at)
      value = value * 10 + static_cast<unsigned>(*at - '0');
    if (at == begin || value > 255 || (at - begin > 1 && *begin == '0')) return std::nullopt;
    octets.value[octets.count++] = static_cast<std::uint8_t>(value);
    if (octets.count == 4) break;
    if (at == end || *at != '.') return std::nullopt;
    ++at;
  }
  if (octets.count == 0 || at != end) return std::nullopt;
  return octets;
}

Prefix prefix_of(const Octets& octets) {
  Address address;
  std::copy_n(octets.value.begin(), octets.count, address.bytes.begin());
  return {address, static_cast<std::uint8_t>(octets.count * 8)};
}

Prefix prefix_of(const OctetRange& range, unsigned value) {
  Address address;
  std::copy_n(range.octets, range.count, address.bytes.begin());
  address.bytes[range.varying] = static_cast<std::uint8_t>(value);
  return {address, static_cast<std::uint8_t>(range.count * 8)};
}

bool append_prefix_key(std::string& out, const Prefix& prefix) {
  if (prefix.base.family == Family::ipv6 && prefix.bits == 128) {
    out += format_address(prefix.base);
    return true;
  }
  if (prefix.base.family == Family::ipv6 || prefix.bits == 0 || prefix.bits % 8 != 0) return false;
  detail::ShortKey key;
  detail::append_octets(key, prefix.base.bytes.data(), prefix.bits / 8U);
  out += key.view();
  return true;
}

KeyMeaning parse_key(std::string_view key) {
  if (key.empty()) return {AnyPeer{}, std::nullopt};
  if (const auto octets = parse_octets(key)) return {prefix_of(*octets), std::nullopt};
  if (key.front() == '=') return parse_host_key(key);
  if (const std::size_t at = key.rfind('@'); at != std::string_view::npos) return parse_info_key(key, at);
  if (const auto address = parse_ipv6(key); address && format_address(*address) == key)
    return {make_prefix(*address, 128), std::nullopt};
  return raw(key);
}

}  // namespace relayrules
