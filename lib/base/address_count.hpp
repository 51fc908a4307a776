// How many addresses: a number up to 2^129, since all of IPv6 and all of IPv4 together do not fit into 128 bits.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/address.hpp"

namespace core {

/// An exact count. Adds, compares and prints, no more.
class AddressCount {
 public:
  AddressCount() = default;
  explicit AddressCount(std::uint64_t count)
      : limbs_{static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(count >> 32)} {}

  void add(const AddressCount& other) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      carry += std::uint64_t{limbs_[i]} + other.limbs_[i];
      limbs_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  /// Adds the addresses of `prefix`.
  void add(const Prefix& prefix) {
    const unsigned exponent = address_bits(prefix.base.family) - prefix.bits;
    AddressCount power;
    power.limbs_[exponent / 32] = std::uint32_t{1} << (exponent % 32);
    add(power);
  }
  /// Adds the addresses of `range`.
  void add(const Range& range) {
    if (range.first.family == Family::ipv4)
      return add(AddressCount(std::uint64_t{range.last.ipv4()} - range.first.ipv4() + 1));
    for (const Prefix& prefix : prefixes_of(range)) add(prefix);
  }
  /// In decimal, without separators.
  [[nodiscard]] std::string text() const {
    std::array<std::uint32_t, 5> rest = limbs_;
    std::string digits;
    do {
      std::uint64_t remainder = 0;
      for (std::size_t i = rest.size(); i-- > 0;) {
        remainder = remainder << 32 | rest[i];
        rest[i] = static_cast<std::uint32_t>(remainder / 10);
        remainder %= 10;
      }
      digits.insert(digits.begin(), static_cast<char>('0' + remainder));
    } while (rest != std::array<std::uint32_t, 5>{});
    return digits;
  }
  /// In decimal, with commas between groups of three digits: for people.
  [[nodiscard]] std::string text_with_commas() const {
    std::string digits = text();
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
    return digits;
  }
  friend bool operator==(const AddressCount&, const AddressCount&) = default;
  friend bool operator<(const AddressCount& a, const AddressCount& b) {
    return std::lexicographical_compare(a.limbs_.rbegin(), a.limbs_.rend(), b.limbs_.rbegin(), b.limbs_.rend());
  }

 private:
  std::array<std::uint32_t, 5> limbs_{};  // lowest first
};

}  // namespace core
