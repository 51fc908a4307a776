// OctetTable: from an IPv4 prefix to a rule. Most keys and patterns of a million are such, and no text of them is kept.
#pragma once

#include <cstdint>
#include <vector>

#include "base/address.hpp"

namespace core {

/// A value; look-ups are thread-safe while nothing is added. The prefix of all addresses cannot be in it.
class OctetTable {
 public:
  /// The rule for `octets`; when there is none `rule` is added, and the result is null.
  std::uint32_t* find_or_add(const Prefix& octets, std::uint32_t rule);
  /// The rule for `octets`; null when there is none.
  [[nodiscard]] const std::uint32_t* find(const Prefix& octets) const;

 private:
  struct Slot {
    std::uint32_t address = 0;
    std::uint32_t bits = 0;  ///< 0: nobody is here
    std::uint32_t rule = 0;
  };
  /// Where these octets are, or the free slot where they belong.
  [[nodiscard]] std::size_t place_of(std::uint32_t address, std::uint32_t bits) const;
  void grow();

  std::vector<Slot> slots_;  ///< a power of two of them, at most half of them taken
  std::size_t taken_ = 0;
};

}  // namespace core
