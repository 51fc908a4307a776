// Keys of clients and the meaning of a key: see key.hpp.
#include "model/key.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "model/key_scheme.hpp"

namespace core {
namespace {

/// What a reading is about, where it is the only one of its text.
ClientPattern pattern_of(const KeyReading& reading) {
  switch (reading.kind) {
    case KeyKind::info_host:
    case KeyKind::host: return HostName{std::string(reading.name)};
    case KeyKind::suffix: return HostSuffix{std::string(reading.name)};
    case KeyKind::any_name: return AnyNamedClient{};
    case KeyKind::any_client: return AnyClient{};
    default: break;
  }
  const std::vector<Prefix> prefixes = prefixes_of(reading.addresses);
  return prefixes.size() == 1 ? ClientPattern(prefixes.front()) : ClientPattern(reading.addresses);
}

bool has_info(const KeyReading& reading) {
  return reading.kind == KeyKind::info_address || reading.kind == KeyKind::info_host;
}

/// A decimal number at the front of four bytes.
struct ScannedOctet {
  unsigned digits = 0;  ///< 0: the first byte is no digit; 4: all are
  unsigned value = 0;
  bool leading_zero = false;

  [[nodiscard]] bool good() const { return digits - 1 < 3 && value < 256 && !leading_zero; }
};

/// The four bytes at `at`, the first one lowest; zeros behind `end`.
std::uint32_t load_four(const char* at, const char* end) {
  std::uint8_t bytes[4] = {};
  if (end - at >= 4)
    std::memcpy(bytes, at, 4);
  else
    std::copy(at, end, bytes);
  return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
}

/// All four bytes at once: addresses are read by the million, and how many digits an octet has cannot be guessed.
ScannedOctet scan_octet(std::uint32_t bytes) {
  const std::uint32_t digits = bytes ^ 0x30303030U;  // '0' to '9' become 0 to 9, every other byte more
  // The high bit of a byte says that it is no digit. A carry only spoils bytes behind the first of these.
  const std::uint32_t others = ((digits + 0x76767676U) | digits) & 0x80808080U;
  ScannedOctet octet;
  octet.digits = static_cast<unsigned>(std::countr_zero(others)) / 8;
  if (octet.digits - 1 >= 3) return octet;
  const std::uint32_t aligned = digits << (32 - 8 * octet.digits);
  octet.value = (aligned >> 24) + (aligned >> 16 & 0xff) * 10 + (aligned >> 8 & 0xff) * 100;
  octet.leading_zero = octet.digits > 1 && (digits & 0xff) == 0;
  return octet;
}

Octets sized(Octets octets, std::ptrdiff_t size) {
  octets.size = static_cast<std::uint8_t>(size);
  return octets;
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

Octets scan_octets(std::string_view text) {
  Octets octets;
  const char* at = text.data();
  const char* const end = at + text.size();
  do {
    const ScannedOctet octet = scan_octet(load_four(at, end));
    if (!octet.good()) {
      // behind a dot anything else may follow
      return octet.digits == 0 && octets.count > 0 ? sized(octets, at - text.data()) : Octets{};
    }
    octets.value[octets.count++] = static_cast<std::uint8_t>(octet.value);
    at += octet.digits;
    if (octets.count == 4) return sized(octets, at - text.data());
  } while (at != end && *at++ == '.');
  return {};
}

std::optional<Octets> parse_octets(std::string_view text) {
  const Octets octets = scan_octets(text);
  if (octets.count == 0 || octets.size != text.size()) return std::nullopt;
  return octets;
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
  if (!is_octet_prefix(prefix)) return false;
  detail::ShortKey key;
  detail::append_octets(key, prefix.base.bytes.data(), prefix.bits / 8U);
  out += key.view();
  return true;
}

KeyMeaning parse_key(std::string_view key) {
  if (const auto octets = parse_octets(key)) return {prefix_of(*octets), std::nullopt};
  const std::vector<KeyReading> readings = readings_of(key);
  // "=" and "=.suffix" also are what a client with that very name is asked with
  const bool is_names = !readings.empty() && readings.front().kind == KeyKind::host;
  if (readings.empty() || readings.size() > (is_names ? 2 : 1)) return {RawKey{std::string(key)}, std::nullopt};
  const KeyReading& reading = readings.back();
  if (!is_usual(reading)) return {RawKey{std::string(key)}, std::nullopt};
  Policy sample;
  Rule rule;
  rule.pattern = pattern_of(reading);
  if (has_info(reading)) rule.info = sample.add_info(std::string(reading.info));
  // what would be found under another text stays text
  bool same = true;
  for_each_key(sample, rule, [&](std::string_view text) { same = same && text == key; });
  if (!same || ranges_of(rule.pattern).size() > 1) return {RawKey{std::string(key)}, std::nullopt};
  return {std::move(rule.pattern), sample.info_of(rule)};
}

}  // namespace core
