// Walking the Hilbert curve: see hilbert.hpp.
#include "report/hilbert.hpp"

#include <algorithm>
#include <utility>

namespace core {
namespace {

/// From the smallest square outwards: each quarter holds the curve of the next lower order, turned or mirrored.
CellRectangle cell_at(std::uint32_t index, unsigned order) {
  CellRectangle cell;
  for (unsigned level = 0; level < order; ++level) {
    const std::uint32_t side = std::uint32_t{1} << level;
    const std::uint32_t quarter = index >> (2 * level) & 3;
    const bool right = quarter == 2 || quarter == 3;
    const bool lower = quarter == 1 || quarter == 2;
    if (!lower) {
      if (right) {
        cell.x = side - 1 - cell.x;
        cell.y = side - 1 - cell.y;
      }
      std::swap(cell.x, cell.y);
    }
    cell.x += right ? side : 0;
    cell.y += lower ? side : 0;
  }
  return cell;
}

}  // namespace

CellRectangle hilbert_rectangle(std::uint32_t first, unsigned size_bits, unsigned order) {
  CellRectangle square = cell_at(first, order);
  const std::uint32_t side = std::uint32_t{1} << size_bits / 2;
  square.x = square.x / side * side;
  square.y = square.y / side * side;
  square.width = square.height = side;
  if (size_bits % 2 == 0) return square;
  const CellRectangle next = hilbert_rectangle(first + side * side, size_bits - 1, order);
  return {std::min(square.x, next.x), std::min(square.y, next.y), square.x == next.x ? side : 2 * side,
          square.y == next.y ? side : 2 * side};
}

}  // namespace core
