// TextPool: the texts of many patterns, side by side in large blocks that never move.
//
// A copy shares the blocks that are there and begins one of its own, so that views stay good in both.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace core {

/// Texts that are only ever added. Not thread-safe.
class TextPool {
 public:
  TextPool() = default;
  TextPool(const TextPool& other) : blocks_(other.blocks_), used_(block_bytes) {}
  TextPool& operator=(const TextPool& other) {
    blocks_ = other.blocks_;
    used_ = block_bytes;
    return *this;
  }
  TextPool(TextPool&&) noexcept = default;
  TextPool& operator=(TextPool&&) noexcept = default;
  ~TextPool() = default;

  /// Where a text begins; view() finds it by this.
  using Place = std::uint64_t;
  static constexpr std::size_t block_bytes = std::size_t{1} << 16;

  /// Copies `text`, which must be shorter than a block.
  Place add(std::string_view text);
  [[nodiscard]] std::string_view view(Place place, std::size_t size) const {
    return {blocks_[place / block_bytes].get() + place % block_bytes, size};
  }
  /// Copies a text of any length and gives a view that lives as long as the pool, or a copy of it.
  std::string_view keep(std::string_view text);
  /// Takes all texts of `other`: views of them stay good, and their places are further on by what is returned.
  Place append(TextPool&& other);

 private:
  std::vector<std::shared_ptr<char[]>> blocks_;
  std::size_t used_ = block_bytes;  ///< bytes of the last block
};

}  // namespace core
