// Addresses, prefixes and ranges: the only code of the project that knows masks, but for lib/runtime, which
// runs without the C++ run-time and is held equal by test.
//
// An address is kept as its bytes in network order, so that comparing bytes compares addresses; IPv4 uses the first
// four. An IPv4 address and its IPv6-mapped form are different values here: who means them alike calls unmapped()
// first.
#pragma once

#include <endian.h>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core {

enum class Family : std::uint8_t { ipv4, ipv6 };

/// Number of bits in an address of `family`: 32 or 128.
[[nodiscard]] constexpr unsigned address_bits(Family family) { return family == Family::ipv4 ? 32 : 128; }

/// An IPv4 or IPv6 address. Ordered by family, then by value.
struct Address {
  Family family = Family::ipv4;
  std::array<std::uint8_t, 16> bytes{};  ///< network order; IPv4 uses the first four, the rest is zero

  friend bool operator==(const Address&, const Address&) = default;
  /// IPv4 before IPv6, and then as numbers. Not the default one: that compares byte by byte, and who sorts or cuts a
  /// million ranges does little else.
  friend std::strong_ordering operator<=>(const Address& a, const Address& b) {
    if (a.family != b.family) return a.family <=> b.family;
    const std::uint64_t one = a.half(0);
    const std::uint64_t other = b.half(0);
    return one != other ? one <=> other : a.half(1) <=> b.half(1);
  }
  /// The first or the last eight bytes as a number.
  [[nodiscard]] std::uint64_t half(unsigned which) const {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data() + std::size_t{which} * 8, 8);
    return be64toh(number);
  }

  /// The address as a number; IPv4 only.
  [[nodiscard]] std::uint32_t ipv4() const {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
  }
  [[nodiscard]] static Address from_ipv4(std::uint32_t value) {
    Address address;
    for (unsigned i = 0; i < 4; ++i) address.bytes[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    return address;
  }
};

/// Reads an IPv4 address of four decimal octets without leading zeros: exactly the texts that format_address writes.
[[nodiscard]] std::optional<Address> parse_ipv4(std::string_view text);
/// Reads an IPv6 address in any form of RFC 4291 section 2.2; no brackets, no zone.
[[nodiscard]] std::optional<Address> parse_ipv6(std::string_view text);
/// Reads either.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
/// Canonical text: dotted decimal, or RFC 5952.
[[nodiscard]] std::string format_address(const Address& address);
/// The IPv4 address inside ::ffff:0:0/96; every other address as it is.
[[nodiscard]] Address unmapped(const Address& address);

/// The next higher address; none after the last of the family.
[[nodiscard]] std::optional<Address> successor(const Address& address);
/// The next lower address; none before the first of the family.
[[nodiscard]] std::optional<Address> predecessor(const Address& address);

/// All addresses that share their first `bits` bits. Bits behind the prefix are zero in `base` (make_prefix sees to
/// it).
struct Prefix {
  Address base;
  std::uint8_t bits = 0;

  friend auto operator<=>(const Prefix&, const Prefix&) = default;

  [[nodiscard]] Address first() const { return base; }
  [[nodiscard]] Address last() const;
  [[nodiscard]] bool covers(const Address& address) const;
  [[nodiscard]] bool covers(const Prefix& other) const { return bits <= other.bits && covers(other.base); }
};

/// The prefix of `bits` (at most address_bits) that contains `address`; host bits are cleared.
[[nodiscard]] Prefix make_prefix(const Address& address, unsigned bits);
/// "10.0.0.0/8".
[[nodiscard]] std::string format_prefix(const Prefix& prefix);
/// Reads "address/length" in plain decimal; host bits may be set, and are cleared in the result (compare bases to see
/// it).
[[nodiscard]] std::optional<Prefix> parse_prefix(std::string_view text);
/// The prefix length that an IPv4 mask stands for; none when its one bits are not all in front.
[[nodiscard]] std::optional<unsigned> mask_length(const Address& mask);

/// A closed range [first, last] of one family, first <= last.
struct Range {
  Address first;
  Address last;

  friend auto operator<=>(const Range&, const Range&) = default;
  [[nodiscard]] bool covers(const Address& address) const { return first <= address && address <= last; }
};

[[nodiscard]] inline Range range_of(const Prefix& prefix) { return {prefix.first(), prefix.last()}; }
/// All addresses of `family`.
[[nodiscard]] inline Range all_addresses(Family family) { return range_of(Prefix{{family, {}}, 0}); }
/// Appends the fewest prefixes that together are exactly `range`, in order.
void append_prefixes(std::vector<Prefix>& prefixes, const Range& range, unsigned step = 1);
/// The fewest prefixes that together are exactly `range`, in order. With `step` 8 all lengths are multiples of 8: the
/// octet prefixes of the tcprules family.
[[nodiscard]] std::vector<Prefix> prefixes_of(const Range& range, unsigned step = 1);

}  // namespace core
