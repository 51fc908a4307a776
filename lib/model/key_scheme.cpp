// What key texts mean: see key_scheme.hpp.
#include "model/key_scheme.hpp"

#include <algorithm>

#include "model/key.hpp"

namespace core {
namespace {

bool has_upper_case(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

void add_octets(const Octets& octets, std::vector<KeyReading>& readings) {
  const KeyKind kind = octets.count == 4 ? KeyKind::address : KeyKind::network;
  readings.push_back({kind, 4U - octets.count, range_of(prefix_of(octets))});
}

/// "::10.1." and "::ffff:10.1.": the addresses of IPv6 that are written with a dotted end are asked for by its dots as well.
void add_dotted_ipv6(std::string_view text, std::vector<KeyReading>& readings) {
  const bool mapped = text.starts_with("::ffff:");
  const auto octets = parse_octets(text.substr(mapped ? 7 : 2));
  if (!octets || octets->count == 4) return;
  Address base;
  base.family = Family::ipv6;
  if (mapped) base.bytes[10] = base.bytes[11] = 0xff;
  std::copy_n(octets->value.begin(), octets->count, base.bytes.begin() + 12);
  Range range = range_of(make_prefix(base, 96U + octets->count * 8U));
  // "::0.0.1.2" is written "::102"
  if (!mapped && base.bytes[12] == 0 && base.bytes[13] == 0) {
    if (octets->count > 1) return;
    range.first.bytes[13] = 1;
  }
  readings.push_back({KeyKind::network, 4U - octets->count, range});
}

/// What `text` means as the text of an address or of a part of one.
void add_addresses(std::string_view text, std::vector<KeyReading>& readings) {
  if (const auto octets = parse_octets(text)) return add_octets(*octets, readings);
  if (text.starts_with("::") && text.ends_with('.')) return add_dotted_ipv6(text, readings);
  if (const auto address = parse_ipv6(text); address && format_address(*address) == text)
    readings.push_back({KeyKind::address, 0, {*address, *address}});
}

/// "=NAME" as the text of a name.
void add_host(std::string_view text, KeyKind kind, std::string_view info, std::vector<KeyReading>& readings) {
  if (!text.starts_with('=') || has_upper_case(text)) return;
  readings.push_back({kind, 0, {}, text.substr(1), info});
}

/// What `text` means where it is joined from an info and something else: any "@" may be the one between them.
void add_joined(std::string_view text, std::vector<KeyReading>& readings) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const std::string_view info = text.substr(0, at);
    const std::string_view behind = text.substr(at + 1);
    std::vector<KeyReading> addresses;
    add_addresses(behind, addresses);
    for (const KeyReading& reading : addresses)
      if (reading.kind == KeyKind::address) readings.push_back({KeyKind::info_address, 0, reading.addresses, {}, info});
    add_host(behind, KeyKind::info_host, info, readings);
  }
}

}  // namespace

std::vector<KeyReading> readings_of(std::string_view text) {
  std::vector<KeyReading> readings;
  if (text.empty()) return {KeyReading{}};
  add_joined(text, readings);
  add_addresses(text, readings);
  if (text == "=") readings.push_back({KeyKind::any_name});
  add_host(text, KeyKind::host, {}, readings);
  if (text.starts_with("=.") && !has_upper_case(text)) readings.push_back({KeyKind::suffix, 0, {}, text.substr(1)});
  std::stable_sort(readings.begin(), readings.end(),
                   [](const KeyReading& a, const KeyReading& b) { return a.kind < b.kind; });
  return readings;
}

bool is_usual(const KeyReading& reading) {
  if (reading.kind != KeyKind::host && reading.kind != KeyKind::info_host) return true;
  return !reading.name.empty() && !reading.name.starts_with('.');
}

}  // namespace core
