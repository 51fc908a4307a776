// The Hilbert curve: a line of 4^order cells laid into a square so that neighbours on the line are neighbours in the
// plane.
//
// It begins in the top left corner and, for the even orders that are used here, ends in the top right one, as all maps
// of the address space draw it. Aligned pieces of 2^n cells, which is what prefixes are, become squares (n even) or two
// squares side by side (n odd).
#pragma once

#include <cstdint>

namespace core {

/// Cells of the plane: x to the right, y down, from the top left.
struct CellRectangle {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t width = 1;
  std::uint32_t height = 1;

  friend bool operator==(const CellRectangle&, const CellRectangle&) = default;
};

/// Where the 2^size_bits cells from `first` on lie, on a curve of 4^order cells. `first` is a multiple of 2^size_bits;
/// `order` is even and at most 16.
[[nodiscard]] CellRectangle hilbert_rectangle(std::uint32_t first, unsigned size_bits, unsigned order);

}  // namespace core
