// How far apart two words are, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>

namespace core {

/// The number of letters to insert, delete, change or swap with a neighbour that make `a` of `b`; `limit` + 1 when it
/// is more than `limit`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace core
