// Owners: the address space, cut where the rule changes that decides for an address.
#pragma once

#include <cstdint>
#include <map>

#include "base/address.hpp"
#include "model/space.hpp"

namespace core {

class Owners {
 public:
  /// Part of the address space that one rule has, or nobody.
  struct Piece {
    Address last;
    std::uint32_t owner = no_rule;
  };

  /// The piece in which `address` lies, from there to its end.
  [[nodiscard]] Piece at(const Address& address) const;
  /// Gives what nobody has of `range` to `owner`.
  void fill(const Range& range, std::uint32_t owner);
  /// Gives all of `range` to `owner`. Near-constant, over many calls.
  void put(const Range& range, std::uint32_t owner);

 private:
  void split_at(const Address& address);

  std::map<Address, Piece> pieces_;  // by first address, not overlapping
};

}  // namespace core
