// Pieces of the address space in a tree: see owners.hpp.
#include "lint/owners.hpp"

#include <algorithm>
#include <optional>

namespace core {

Owners::Piece Owners::at(const Address& address) const {
  const auto after = pieces_.upper_bound(address);
  if (after != pieces_.begin() && !(std::prev(after)->second.last < address)) return std::prev(after)->second;
  const bool ends = after == pieces_.end() || after->first.family != address.family;
  return {ends ? all_addresses(address.family).last : *predecessor(after->first), no_rule};
}

void Owners::fill(const Range& range, std::uint32_t owner) {
  for (std::optional<Address> from = range.first; from && !(range.last < *from);) {
    const Piece piece = at(*from);
    const Address last = std::min(piece.last, range.last);
    if (piece.owner == no_rule) pieces_[*from] = {last, owner};
    from = successor(last);
  }
}

void Owners::put(const Range& range, std::uint32_t owner) {
  split_at(range.first);
  if (const auto next = successor(range.last)) split_at(*next);
  auto first = pieces_.lower_bound(range.first);
  while (first != pieces_.end() && !(range.last < first->first)) first = pieces_.erase(first);
  pieces_.emplace(range.first, Piece{range.last, owner});
}

void Owners::split_at(const Address& address) {
  const auto after = pieces_.upper_bound(address);
  if (after == pieces_.begin()) return;
  const auto piece = std::prev(after);
  if (piece->first == address || piece->second.last < address) return;
  const Piece behind = piece->second;
  piece->second.last = *predecessor(address);
  pieces_.emplace(address, behind);
}

}  // namespace core
