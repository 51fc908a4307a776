// The fewest address keys that give every IPv4 address its decision.
//
// tcpserver asks for a full address first and for octet prefixes, longest first, later; between and behind these it
// asks for host names. So it matters not only which decision an address gets but at which level: an area says which
// levels are right for it, and the choice of keys keeps to them or fails.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/address.hpp"

namespace core::cdb {

/// The levels by which the decision of an address can be found; a set of bits.
enum KeyLevel : std::uint8_t {
  by_full_address = 1,  ///< "10.1.2.3": before every name
  by_prefix = 2,        ///< "10.1.": behind "=host", before "=.suffix"
  by_no_key = 4,        ///< no address key at all: behind every name, decided by the empty key
};

/// Addresses with the same decision and the same levels. Areas are sorted, disjoint and cover all of IPv4.
struct Area {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t decision = 0;
  std::uint8_t levels = 0;  ///< bits of KeyLevel; by_no_key only where the decision is the empty key's

  [[nodiscard]] std::uint64_t size() const { return std::uint64_t{last} - first + 1; }
};

/// An area of up to this many addresses is written address by address where only full addresses are right.
inline constexpr std::uint64_t max_spelled_out = 256;

/// A key for an octet prefix or, with 32 bits, for a full address.
struct AddressKey {
  Prefix prefix;
  std::uint32_t decision = 0;
};

/// The fewest keys, in numeric order, a prefix in front of the longer ones inside it; none when no set of keys finds
/// every address at a right level. Time and memory are near-linear in the number of areas and keys.
[[nodiscard]] std::optional<std::vector<AddressKey>> choose_octet_keys(std::span<const Area> areas);

}  // namespace core::cdb
