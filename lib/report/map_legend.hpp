// The words around the picture of the address space (map.cpp): heading, legend, what names change, what IPv6 clients
// get.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/address_map.hpp"
#include "report/clients.hpp"

namespace core {

/// Where the picture stands in the drawing, in its units; the square itself is 1024 wide and high.
inline constexpr unsigned map_picture_width = 1072;
inline constexpr unsigned map_left = 24;
inline constexpr unsigned map_top = 92;

/// "denied", "allowed", "private", "public": the class in the style sheet.
[[nodiscard]] std::string_view map_state_class(MapState state);
/// "public addresses may relay" and so on.
[[nodiscard]] std::string_view map_state_text(MapState state);

/// Everything is escaped.
struct MapLegend {
  std::string title;
  std::string description;  ///< the picture in words, for those who do not see it
  std::string heading;      ///< elements above the square
  std::string rows;         ///< elements below it
  unsigned height = 0;      ///< of the whole drawing
};

[[nodiscard]] MapLegend map_legend(const AddressMap& map, const std::vector<analysis::DecidedRegion>& regions,
                                   const NamedPolicy& named);

}  // namespace core
