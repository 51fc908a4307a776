// Text on a terminal: what may be printed, and how wide it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

/// `text` with tabs as blanks and every byte that could steer a terminal as \xNN; valid UTF-8 stays.
[[nodiscard]] std::string printable(std::string_view text);

/// Number of columns that printable text takes: combining characters take none, East Asian wide ones two.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace core
