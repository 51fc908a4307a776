// Open addressing: see octet_table.hpp.
#include "model/octet_table.hpp"

#include <algorithm>
#include <utility>

namespace core {

std::size_t OctetTable::place_of(std::uint32_t address, std::uint32_t bits) const {
  const std::uint64_t number = std::uint64_t{address} << 8 | bits;
  std::size_t place = static_cast<std::size_t>(number * 0x9e3779b97f4a7c15U >> 32) & (slots_.size() - 1);
  while (slots_[place].bits != 0 && (slots_[place].address != address || slots_[place].bits != bits))
    place = (place + 1) & (slots_.size() - 1);
  return place;
}

void OctetTable::grow() {
  constexpr std::size_t first_size = 64;
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(std::max(first_size, 2 * old.size()), {});
  for (const Slot& slot : old)
    if (slot.bits != 0) slots_[place_of(slot.address, slot.bits)] = slot;
}

std::uint32_t* OctetTable::find_or_add(const Prefix& octets, std::uint32_t rule) {
  if (2 * (taken_ + 1) > slots_.size()) grow();
  Slot& slot = slots_[place_of(octets.base.ipv4(), octets.bits)];
  if (slot.bits != 0) return &slot.rule;
  slot = {octets.base.ipv4(), octets.bits, rule};
  ++taken_;
  return nullptr;
}

const std::uint32_t* OctetTable::find(const Prefix& octets) const {
  if (taken_ == 0) return nullptr;
  const Slot& slot = slots_[place_of(octets.base.ipv4(), octets.bits)];
  return slot.bits != 0 ? &slot.rule : nullptr;
}

}  // namespace core
