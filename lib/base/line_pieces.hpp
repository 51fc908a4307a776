// A long input, read in pieces that end at a line end, so that memory does not grow with it.
//
// Invariant: a piece never ends within a line; only the last line of the input may lack its line feed. A line that is
// longer than a piece makes that piece longer.
#pragma once

#include <cstddef>
#include <string>

namespace core {

class LinePieces {
 public:
  static constexpr std::size_t piece_size = 1 << 18;
  /// Of the first pieces, together as long as one later on: a short input is to touch little memory.
  static constexpr std::size_t first_size = 1 << 14;

  /// Reads from `fd`, which must stay open.
  explicit LinePieces(int fd) : fd_(fd) {}

  /// Fills `piece`, whose room is used again; empty at the end. False when reading failed, with errno.
  [[nodiscard]] bool next(std::string& piece);

 private:
  bool read_more(std::string& piece);

  int fd_;
  std::string begun_;     // a line whose end was not read yet
  std::size_t size_ = 0;  // of what was read
  bool ended_ = false;
};

}  // namespace core
