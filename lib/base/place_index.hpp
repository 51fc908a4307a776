// PlaceIndex: finds entries of a list by their text, and keeps no text itself.
//
// Eight bytes for a slot, where a table of texts would copy each of a million. The list may grow and move.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/large_memory.hpp"

namespace core {

/// A value; look-ups are thread-safe while nothing is added.
class PlaceIndex {
 public:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  /// Texts with different `seed` are found apart.
  [[nodiscard]] static std::uint32_t hash_of(std::string_view text, std::uint32_t seed = 0) {
    return hash_of(std::hash<std::string_view>{}(text) + seed);
  }
  [[nodiscard]] static std::uint32_t hash_of(std::uint64_t number) {
    return static_cast<std::uint32_t>(number * 0x9e3779b97f4a7c15U >> 32);
  }

  /// Makes room for so many.
  void reserve(std::size_t count) {
    if (2 * count > slots_.size()) resize(std::bit_ceil(2 * count));
  }

  /// Calls visit(place, hash) for all places below `count`, in order, with hash_of_place(place). What finding it looks
  /// at is fetched some places before: of a million each lies elsewhere in memory.
  template <typename HashOfPlace, typename Visit>
  void visit_ahead(std::uint32_t count, HashOfPlace&& hash_of_place, Visit&& visit) {
    constexpr std::uint32_t ahead = 12;
    std::array<std::uint32_t, ahead> hashes{};  // of those that come next
    for (std::uint32_t next = 0; next < count + ahead; ++next) {
      std::uint32_t& hash = hashes[next % ahead];
      if (next >= ahead) visit(next - ahead, hash);
      if (next >= count) continue;
      hash = hash_of_place(next);
      if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
    }
  }

  /// The place with this hash for which `is_it(place)` is true; `nobody` when there is none.
  template <typename IsIt>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, IsIt&& is_it) const {
    return slots_.empty() ? nobody : slots_[slot_of(hash, is_it)].place;
  }
  /// As find; when there is none `place` is added, and the result is `nobody`.
  template <typename IsIt>
  std::uint32_t find_or_add(std::uint32_t hash, std::uint32_t place, IsIt&& is_it) {
    if (2 * (taken_ + 1) > slots_.size()) grow();
    Slot& slot = slots_[slot_of(hash, is_it)];
    if (slot.place != nobody) return slot.place;
    slot = {hash, place};
    ++taken_;
    return nobody;
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t place = nobody;
  };

  [[nodiscard]] std::size_t next(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }
  /// Where it is, or the free slot where it belongs.
  template <typename IsIt>
  [[nodiscard]] std::size_t slot_of(std::uint32_t hash, IsIt&& is_it) const {
    std::size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot].place != nobody && (slots_[slot].hash != hash || !is_it(slots_[slot].place))) slot = next(slot);
    return slot;
  }
  void grow() {
    constexpr std::size_t first_size = 16;
    resize(std::max(first_size, 2 * slots_.size()));
  }
  void resize(std::size_t size) {
    const std::vector<Slot> old = std::exchange(slots_, {});
    reserve_large(slots_, size);
    slots_.resize(size);
    const auto never = [](std::uint32_t) { return false; };
    for (const Slot& slot : old)
      if (slot.place != nobody) slots_[slot_of(slot.hash, never)] = slot;
  }

  std::vector<Slot> slots_;  ///< a power of two of them, at most half of them taken
  std::size_t taken_ = 0;
};

}  // namespace core
