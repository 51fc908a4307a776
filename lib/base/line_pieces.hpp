// A long input, read in pieces that end at a line end, so that memory does not grow with it.
//
// Invariant: a piece never ends within a line; only the last line of the input may lack its line feed. A line that is longer than the
// buffer makes the buffer grow.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace relayrules {

class LinePieces {
 public:
  static constexpr std::size_t first_capacity = 1 << 18;

  /// Reads from `fd`, which must stay open.
  explicit LinePieces(int fd) : fd_(fd) {}

  /// The next piece, valid until the next call; empty at the end. False when reading failed, with errno.
  [[nodiscard]] bool next(std::string_view& piece);

 private:
  bool fill();

  int fd_;
  std::size_t capacity_ = first_capacity;
  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
  std::size_t filled_ = 0;
  std::size_t used_ = 0;
  bool ended_ = false;
};

}  // namespace relayrules
