// Keys of clients and the meaning of a key: see key.hpp.
#include "model/key.hpp"

#include <algorithm>
#include <bit>

namespace core {
namespace {

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

bool append_octet_key(std::string& out, const Prefix& prefix) {
  if (!is_octet_prefix(prefix)) return false;
  detail::ShortKey key;
  detail::append_octets(key, prefix.base.bytes.data(), prefix.bits / 8U);
  out += key.view();
  return true;
}

}  // namespace core
