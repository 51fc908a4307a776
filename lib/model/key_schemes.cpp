// The three schemes: how each program spells addresses, and what it asks of networks.
//
// Compat (tests/unit/key_scheme_test.cpp; the first two also against the real programs):
//   - tcpserver        a part of the text that ends in '.'; so "::10.1.2." is asked for ::10.1.2.3, as inet_ntop
//                      writes it
//   - ucspi-tcp-ipv6   a part that ends in '.' or ':'. Its text compresses the longest run of zero groups, even one of
//                      a single group, and the first of equal ones: "2001:db8:0:" is not asked for 2001:db8::1
//   - ucspi-tcp6       IPv6 in 39 upper-case characters. Behind the dotted prefixes "_" and a character for each bit of
//                      an IPv4 network, "^" for IPv6, from the longest down to two bits: a network of one bit compiles
//                      and is never asked
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/key.hpp"
#include "model/key_scheme.hpp"

namespace core {
namespace {

constexpr unsigned group_count = 8;
using Groups = std::array<unsigned, group_count>;

Groups groups_of(const Address& address) {
  Groups groups{};
  for (unsigned i = 0; i < group_count; ++i) groups[i] = address.bytes[2 * i] * 256U + address.bytes[2 * i + 1];
  return groups;
}

Address address_of(const Groups& groups) {
  Address address;
  address.family = Family::ipv6;
  for (unsigned i = 0; i < group_count; ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xff);
  }
  return address;
}

void add_octets(const Octets& octets, Readings& readings) {
  const KeyKind kind = octets.count == 4 ? KeyKind::address : KeyKind::network;
  readings.push_back({kind, 4U - octets.count, range_of(prefix_of(octets))});
}

/// Every part of `text` from its front that ends in one of `ends`, longest first.
void ask_parts(std::string_view text, std::string_view ends, Keys& keys) {
  for (std::size_t size = text.size(); size > 0; --size)
    if (ends.find(text[size - 1]) != std::string_view::npos) keys.emplace_back(text.substr(0, size));
}

bool has_no_cidr_keys(const Prefix&, Keys&) { return false; }
std::string shown_as_it_is(std::string_view key) { return std::string(key); }

// ---- tcpserver ------------------------------------------------------------------------------------------------------

/// "::10.1." and "::ffff:10.1.": the addresses of IPv6 that are written with a dotted end.
void add_dotted_ipv6(std::string_view text, Readings& readings) {
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

void read_tcpserver(std::string_view text, Readings& readings) {
  if (const auto octets = parse_octets(text)) return add_octets(*octets, readings);
  if (text.starts_with("::") && text.ends_with('.')) return add_dotted_ipv6(text, readings);
  if (const auto address = parse_ipv6(text); address && format_address(*address) == text)
    readings.push_back({KeyKind::address, 0, {*address, *address}});
}

bool add_tcpserver_ipv6(const Prefix& network, Keys& keys) {
  if (network.bits != 128) return false;
  keys.push_back(format_address(network.base));
  return true;
}

// ---- ucspi-tcp-ipv6 -------------------------------------------------------------------------------------------------

/// Groups with a ':' behind each.
std::string joined(const unsigned* groups, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += fmt::format("{:x}:", groups[i]);
  return text;
}

std::string compressed_text(const Address& address) {
  if (address.family == Family::ipv4) return format_address(address);
  const Groups groups = groups_of(address);
  unsigned best = 0;
  unsigned best_size = 0;
  for (unsigned i = 0; i < group_count; ++i) {
    unsigned size = 0;
    while (i + size < group_count && groups[i + size] == 0) ++size;
    if (size > best_size) best = i, best_size = size;
    i += size;
  }
  std::string text = joined(groups.data(), best_size == 0 ? group_count : best);
  if (best_size != 0) {
    text += best == 0 ? "::" : ":";
    text += joined(groups.data() + best + best_size, group_count - best - best_size);
    if (best + best_size == group_count) return text;
  }
  text.pop_back();
  return text;
}

/// What stands before and behind "::" in the front of a compressed text.
struct CompressedParts {
  std::vector<unsigned> before;
  std::vector<unsigned> behind;
  bool compressed = false;
};

/// A group as it is written: up to four lower-case digits, the first of them no zero.
std::optional<unsigned> parse_group(std::string_view text) {
  if (text.empty() || text.size() > 4 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && (c < 'a' || c > 'f')) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(is_digit ? c - '0' : c - 'a' + 10);
  }
  return value;
}

std::optional<CompressedParts> parse_parts(std::string_view text) {
  CompressedParts parts;
  if (text == ":") text = "::";  // every text that begins with one colon begins with two
  if (text.starts_with("::")) {
    parts.compressed = true;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const auto group = parse_group(text.substr(0, colon));
    if (!group) return std::nullopt;
    (parts.compressed ? parts.behind : parts.before).push_back(*group);
    text.remove_prefix(colon + 1);
    if (!text.starts_with(':')) continue;
    if (parts.compressed) return std::nullopt;
    parts.compressed = true;
    text.remove_prefix(1);
  }
  if (parts.before.size() + parts.behind.size() + (parts.compressed ? 1 : 0) > group_count) return std::nullopt;
  return parts;
}

/// An address whose text begins with `text`, which has these parts. Only which groups are zero decides where a text is
/// compressed, so that zeros and ones stand for everything that is not written.
std::optional<Address> find_sample(const CompressedParts& parts, std::string_view text) {
  const std::size_t written = parts.before.size() + parts.behind.size();
  const std::size_t longest_run = parts.compressed ? group_count - written : 0;
  for (std::size_t run = parts.compressed ? 1 : 0; run <= longest_run; ++run) {
    const std::size_t open = group_count - written - run;
    for (unsigned ones = 0; ones < 1U << open; ++ones) {
      Groups groups{};
      std::copy(parts.before.begin(), parts.before.end(), groups.begin());
      std::copy(parts.behind.begin(), parts.behind.end(), groups.begin() + parts.before.size() + run);
      for (unsigned i = 0; i < open; ++i) groups[group_count - 1 - i] = ones >> i & 1;
      const Address address = address_of(groups);
      const bool is_seen = unmapped(address).family == Family::ipv6;
      if (is_seen && compressed_text(address).starts_with(text)) return address;
    }
  }
  return std::nullopt;
}

/// The front of IPv6 texts, with its last ':'.
void add_compressed_network(std::string_view text, Readings& readings) {
  const auto parts = parse_parts(text);
  if (!parts) return;
  const auto order = static_cast<unsigned>(64 - text.size());
  const bool is_plain = !parts->compressed && parts->before.size() < group_count &&
                        std::find(parts->before.begin(), parts->before.end(), 0U) == parts->before.end();
  if (is_plain) {
    Groups groups{};
    std::copy(parts->before.begin(), parts->before.end(), groups.begin());
    const auto bits = static_cast<unsigned>(parts->before.size() * 16);
    readings.push_back({KeyKind::network, order, range_of(make_prefix(address_of(groups), bits))});
  } else if (find_sample(*parts, text)) {
    readings.push_back({KeyKind::network, order, all_addresses(Family::ipv6), {}, {}, false});
  }
}

void read_compressed(std::string_view text, Readings& readings) {
  if (const auto octets = parse_octets(text)) return add_octets(*octets, readings);
  if (const auto address = parse_ipv6(text); address && compressed_text(*address) == text)
    readings.push_back({KeyKind::address, 0, {*address, *address}});
  if (text.size() <= 40 && text.ends_with(':')) add_compressed_network(text, readings);
}

/// The keys of all addresses that begin with `groups`, of which the last may be zero.
void add_group_keys(const Groups& groups, std::size_t count, Keys& keys) {
  keys.push_back(joined(groups.data(), count));
  if (groups[count - 1] == 0) keys.push_back(joined(groups.data(), count - 1) + (count == 1 ? "::" : ":"));
}

bool add_compressed_keys(const Prefix& network, Keys& keys) {
  if (network.bits == 0) return false;
  const std::size_t count = (network.bits + 15U) / 16;
  Groups groups = groups_of(network.base);
  // where a zero group stands in front, one text is the front of addresses inside and outside
  const auto last = groups.begin() + static_cast<std::ptrdiff_t>(count) - 1;
  if (count < group_count && std::find(groups.begin(), last, 0U) != last) return false;
  const unsigned values = 1U << (count * 16 - network.bits);
  for (unsigned i = 0; i < values; ++i, ++groups[count - 1]) {
    if (count != group_count) {
      add_group_keys(groups, count, keys);
      continue;
    }
    keys.push_back(compressed_text(address_of(groups)));
    if (keys.back().ends_with(':')) return false;  // "2001:db8::" is asked for all that begins so, too
  }
  return true;
}

// ---- ucspi-tcp6 -----------------------------------------------------------------------------------------------------

std::string full_text(const Address& address) {
  if (address.family == Family::ipv4) return format_address(address);
  std::string text;
  for (const unsigned group : groups_of(address)) text += fmt::format("{:04X}:", group);
  text.pop_back();
  return text;
}

bool bit_of(const Address& address, unsigned index) { return (address.bytes[index / 8] >> (7 - index % 8) & 1) != 0; }

/// "_" or "^" and a character for each bit: '0', or for IPv4 one that tells the place, for IPv6 one that counts the
/// ones.
std::string bits_text(const Prefix& network) {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz123456";
  const bool is_ipv4 = network.base.family == Family::ipv4;
  std::string text(1, is_ipv4 ? '_' : '^');
  unsigned ones = 0;
  for (unsigned i = 0; i < network.bits; ++i) {
    if (!bit_of(network.base, i))
      text += '0';
    else
      text += is_ipv4 ? letters[i] : static_cast<char>(0x60 + ones++);
  }
  return text;
}

/// The network of such a text, of any length; none when it is no such text.
std::optional<Prefix> parse_bits(std::string_view text) {
  if (!text.starts_with('_') && !text.starts_with('^')) return std::nullopt;
  const Family family = text.front() == '_' ? Family::ipv4 : Family::ipv6;
  const std::size_t bits = text.size() - 1;
  if (bits == 0 || bits > address_bits(family)) return std::nullopt;
  Address base;
  base.family = family;
  for (std::size_t i = 0; i < bits; ++i)
    if (text[i + 1] != '0') base.bytes[i / 8] = static_cast<std::uint8_t>(base.bytes[i / 8] | 0x80U >> (i % 8));
  const Prefix network{base, static_cast<std::uint8_t>(bits)};
  return bits_text(network) == text ? std::optional(network) : std::nullopt;
}

constexpr unsigned fewest_bits = 2;  // that are asked for

void ask_full(const Address& address, std::string_view text, Keys& keys) {
  if (address.family == Family::ipv4) ask_parts(text, ".", keys);
  for (unsigned bits = address_bits(address.family); bits >= fewest_bits; --bits)
    keys.push_back(bits_text(make_prefix(address, bits)));
}

void read_full(std::string_view text, Readings& readings) {
  if (const auto octets = parse_octets(text)) return add_octets(*octets, readings);
  if (const auto address = parse_ipv6(text); address && full_text(*address) == text)
    readings.push_back({KeyKind::address, 0, {*address, *address}});
  const auto network = parse_bits(text);
  if (network && network->bits >= fewest_bits)
    readings.push_back({KeyKind::network, 8U + 128 - network->bits, range_of(*network)});
}

bool add_bits_keys(const Prefix& network, Keys& keys) {
  if (network.bits == 128) {
    keys.push_back(full_text(network.base));
    return true;
  }
  if (network.bits >= fewest_bits) {
    keys.push_back(bits_text(network));
    return true;
  }
  const Range range = range_of(network);
  for (unsigned half = 0; half < 1U << (fewest_bits - network.bits); ++half) {
    Address base = range.first;
    base.bytes[0] = static_cast<std::uint8_t>(base.bytes[0] | half << 6);
    keys.push_back(bits_text(make_prefix(base, fewest_bits)));
  }
  return true;
}

bool add_cidr_bits(const Prefix& network, Keys& keys) {
  if (network.bits < fewest_bits) return false;
  keys.push_back(bits_text(network));
  return true;
}

/// An address as tcprulescheck shows it: "::" for the first two or more zero groups, not for the most.
std::string shown_address(const Address& address) {
  if (unmapped(address).family == Family::ipv4) return "::ffff:" + format_address(unmapped(address));
  const Groups groups = groups_of(address);
  const auto first =
      std::adjacent_find(groups.begin(), groups.end(), [](unsigned a, unsigned b) { return a + b == 0; });
  const auto behind = std::find_if(first, groups.end(), [](unsigned group) { return group != 0; });
  std::string text = joined(groups.data(), static_cast<std::size_t>(first - groups.begin()));
  if (first != groups.end()) text += text.empty() ? "::" : ":";
  text += joined(groups.data() + (behind - groups.begin()), static_cast<std::size_t>(groups.end() - behind));
  if (behind != groups.end() || first == groups.end()) text.pop_back();
  return text;
}

/// "10./8", "2001:db8::/32".
std::string shown_bits(std::string_view key) {
  const auto network = parse_bits(key);
  if (!network) return std::string(key);
  if (network->base.family == Family::ipv6) return fmt::format("{}/{}", shown_address(network->base), network->bits);
  std::string text;
  for (unsigned i = 0; i < (network->bits + 7U) / 8; ++i) text += fmt::format("{}.", network->base.bytes[i]);
  if (network->bits == 32) text.pop_back();
  return fmt::format("{}/{}", text, network->bits);
}

}  // namespace

const KeyScheme tcpserver_keys = {
    .name = "tcpserver",
    .server = "tcpserver",
    .address_text = format_address,
    .ask_networks = [](const Address&, std::string_view text, Keys& keys) { ask_parts(text, ".", keys); },
    .read_address = read_tcpserver,
    .add_ipv6_keys = add_tcpserver_ipv6,
    .add_cidr_key = has_no_cidr_keys,
    .show_key = shown_as_it_is,
};

const KeyScheme ucspi_tcp_ipv6_keys = {
    .name = "ucspi-tcp-ipv6",
    .server = "the tcpserver of ucspi-tcp-ipv6",
    .unmaps = true,
    .address_text = compressed_text,
    .ask_networks = [](const Address&, std::string_view text, Keys& keys) { ask_parts(text, ".:", keys); },
    .read_address = read_compressed,
    .add_ipv6_keys = add_compressed_keys,
    .add_cidr_key = has_no_cidr_keys,
    .show_key = shown_as_it_is,
};

const KeyScheme ucspi_tcp6_keys = {
    .name = "ucspi-tcp6",
    .server = "the tcpserver of ucspi-tcp6",
    .unmaps = true,
    .address_text = full_text,
    .ask_networks = ask_full,
    .read_address = read_full,
    .add_ipv6_keys = add_bits_keys,
    .add_cidr_key = add_cidr_bits,
    .show_key = shown_bits,
};

}  // namespace core
