// The Hilbert curve of the map: what makes it worth using, over all cells of small curves and along the edges of the
// real one.
#include <catch2/catch.hpp>

#include <array>
#include <set>
#include <utility>

#include "report/hilbert.hpp"

namespace core {
namespace {

CellRectangle cell(std::uint32_t index, unsigned order) { return hilbert_rectangle(index, 0, order); }

bool are_neighbours(const CellRectangle& a, const CellRectangle& b) {
  const auto distance = [](std::uint32_t one, std::uint32_t other) { return one < other ? other - one : one - other; };
  return distance(a.x, b.x) + distance(a.y, b.y) == 1;
}

TEST_CASE("neighbours on the Hilbert curve are neighbours in the plane, and every cell is visited once") {
  for (const unsigned order : {2U, 4U, 6U, 8U}) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    const std::uint32_t cells = 1U << 2 * order;
    for (std::uint32_t i = 0; i < cells; ++i) {
      const CellRectangle here = cell(i, order);
      REQUIRE(here.x < 1U << order);
      REQUIRE(here.y < 1U << order);
      REQUIRE(seen.emplace(here.x, here.y).second);
      if (i > 0) REQUIRE(are_neighbours(cell(i - 1, order), here));
    }
  }
}

TEST_CASE("the first octets lie where every map of the address space has them") {
  constexpr std::array<std::uint32_t, 16> top = {0, 1, 14, 15, 16, 19, 20, 21, 234, 235, 236, 239, 240, 241, 254, 255};
  for (std::uint32_t column = 0; column < 16; ++column)
    CHECK(hilbert_rectangle(top[column] << 16, 16, 12) == CellRectangle{256 * column, 0, 256, 256});
  CHECK(hilbert_rectangle(127 << 16, 16, 12) == CellRectangle{1792, 2048, 256, 256});
  CHECK(cell(0, 12) == CellRectangle{0, 0, 1, 1});
  CHECK(cell((1U << 24) - 1, 12) == CellRectangle{4095, 0, 1, 1});
}

TEST_CASE("a prefix of even length is a square, one of odd length two squares, and both hold exactly their cells") {
  constexpr unsigned order = 6;
  for (unsigned bits = 0; bits <= 2 * order; ++bits) {
    const std::uint32_t size = 1U << bits;
    for (std::uint32_t first = 0; first < 1U << 2 * order; first += size) {
      const CellRectangle area = hilbert_rectangle(first, bits, order);
      REQUIRE(area.width * area.height == size);
      REQUIRE((area.width == area.height) == (bits % 2 == 0));
      REQUIRE(std::max(area.width, area.height) <= 2 * std::min(area.width, area.height));
      for (std::uint32_t i = first; i < first + size; ++i) {
        const CellRectangle inside = cell(i, order);
        REQUIRE((inside.x >= area.x && inside.x < area.x + area.width));
        REQUIRE((inside.y >= area.y && inside.y < area.y + area.height));
      }
    }
  }
}

}  // namespace
}  // namespace core
