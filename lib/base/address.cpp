// Addresses, prefixes and ranges: see address.hpp. Bit arithmetic is done byte by byte, the same for both families: a
// length of 128 - bits where bits was meant is the classic mistake of this field, so there is one place to get it
// right.
#include "base/address.hpp"

#include <arpa/inet.h>
#include <fmt/compile.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace core {
namespace {

unsigned byte_count(Family family) { return address_bits(family) / 8; }

/// The bits of byte `index` that belong to a prefix of `bits`.
std::uint8_t mask_byte(unsigned bits, unsigned index) {
  const unsigned before = index * 8;
  if (bits <= before) return 0;
  if (bits >= before + 8) return 0xff;
  return static_cast<std::uint8_t>(0xff00U >> (bits - before));
}

std::optional<unsigned> parse_number(std::string_view text, unsigned max) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

/// The shortest prefix, in steps of `step` bits, that begins at `from` and ends no later than `last`.
Prefix widest_prefix(const Address& from, const Address& last, unsigned step) {
  unsigned bits = address_bits(from.family);
  while (bits >= step) {
    const Prefix wider = make_prefix(from, bits - step);
    if (wider.base != from || wider.last() > last) break;
    bits -= step;
  }
  return make_prefix(from, bits);
}

}  // namespace

std::optional<Address> parse_ipv4(std::string_view text) {
  Address address;
  for (unsigned i = 0; i < 4; ++i) {
    const std::size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto octet = parse_number(text.substr(0, dot), 255);
    if (!octet) return std::nullopt;
    address.bytes[i] = static_cast<std::uint8_t>(*octet);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return address;
}

std::optional<Address> parse_ipv6(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated);
  terminated[text.size()] = '\0';
  Address address;
  address.family = Family::ipv6;
  // a NUL inside the text would hide what stands behind it
  if (text.find('\0') != std::string_view::npos || inet_pton(AF_INET6, terminated, address.bytes.data()) != 1)
    return std::nullopt;
  return address;
}

std::optional<Address> parse_address(std::string_view text) {
  return text.find(':') == std::string_view::npos ? parse_ipv4(text) : parse_ipv6(text);
}

std::string format_address(const Address& address) {
  if (address.family == Family::ipv4) {  // a million at a time: inet_ntop takes ten times as long
    const auto& octets = address.bytes;
    return fmt::format(FMT_COMPILE("{}.{}.{}.{}"), octets[0], octets[1], octets[2], octets[3]);
  }
  char text[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  return text;
}

Address unmapped(const Address& address) {
  static constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (address.family != Family::ipv6 || !std::equal(mapped.begin(), mapped.end(), address.bytes.begin()))
    return address;
  Address inner;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), inner.bytes.begin());
  return inner;
}

std::optional<Address> successor(const Address& address) {
  Address next = address;
  for (unsigned i = byte_count(address.family); i-- > 0;)
    if (++next.bytes[i] != 0) return next;
  return std::nullopt;
}

std::optional<Address> predecessor(const Address& address) {
  Address previous = address;
  for (unsigned i = byte_count(address.family); i-- > 0;)
    if (previous.bytes[i]-- != 0) return previous;
  return std::nullopt;
}

Address Prefix::last() const {
  Address address = base;
  for (unsigned i = 0; i < byte_count(base.family); ++i)
    address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] | (0xff & ~mask_byte(bits, i)));
  return address;
}

bool Prefix::covers(const Address& address) const {
  if (address.family != base.family) return false;
  for (unsigned i = 0; i < byte_count(base.family); ++i)
    if ((address.bytes[i] & mask_byte(bits, i)) != base.bytes[i]) return false;
  return true;
}

Prefix make_prefix(const Address& address, unsigned bits) {
  Prefix prefix{address, static_cast<std::uint8_t>(bits)};
  for (unsigned i = 0; i < byte_count(address.family); ++i) prefix.base.bytes[i] &= mask_byte(bits, i);
  return prefix;
}

std::string format_prefix(const Prefix& prefix) {
  return format_address(prefix.base) + "/" + std::to_string(prefix.bits);
}

std::optional<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const auto bits = parse_number(text.substr(slash + 1), address_bits(address->family));
  if (!bits) return std::nullopt;
  return make_prefix(*address, *bits);
}

std::optional<unsigned> mask_length(const Address& mask) {
  for (unsigned bits = 0; bits <= 32; ++bits)
    if (make_prefix(Address::from_ipv4(0xffffffffU), bits).base == mask) return bits;
  return std::nullopt;
}

namespace {

/// append_prefixes for IPv4 in numbers: the space between a million addresses is eight million prefixes.
void append_ipv4_prefixes(std::vector<Prefix>& prefixes, std::uint64_t from, std::uint64_t last, unsigned step) {
  while (from <= last) {
    const auto aligned = from == 0 ? 32U : static_cast<unsigned>(std::countr_zero(from));
    const auto fitting = static_cast<unsigned>(std::bit_width(last - from + 1)) - 1;
    const unsigned host_bits = std::min({aligned, fitting, 32U}) / step * step;
    prefixes.push_back(
        {Address::from_ipv4(static_cast<std::uint32_t>(from)), static_cast<std::uint8_t>(32 - host_bits)});
    from += std::uint64_t{1} << host_bits;
  }
}

}  // namespace

void append_prefixes(std::vector<Prefix>& prefixes, const Range& range, unsigned step) {
  if (range.first.family == Family::ipv4)
    return append_ipv4_prefixes(prefixes, range.first.ipv4(), range.last.ipv4(), step);
  std::optional<Address> from = range.first;
  while (from && *from <= range.last) {
    prefixes.push_back(widest_prefix(*from, range.last, step));
    from = successor(prefixes.back().last());
  }
}

std::vector<Prefix> prefixes_of(const Range& range, unsigned step) {
  std::vector<Prefix> prefixes;
  append_prefixes(prefixes, range, step);
  return prefixes;
}

}  // namespace core
