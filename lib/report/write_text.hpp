// A text that is too long to lie in memory whole, piece by piece.
#pragma once

#include <functional>
#include <string_view>

namespace core {

/// Takes the next piece.
using WriteText = std::function<void(std::string_view)>;

}  // namespace core
