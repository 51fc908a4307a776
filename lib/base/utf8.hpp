// UTF-8 in bytes that nobody promised to be UTF-8: where a valid character ends, which it is, and how many there are.
#pragma once

#include <cstddef>
#include <string_view>

namespace core {

/// Length of the valid UTF-8 sequence at the start of `text` (not empty), 0 when there is none. Overlong forms,
/// surrogates and values above U+10FFFF are not valid (RFC 3629).
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// The code point of a valid sequence: `text` is one, and nothing else.
[[nodiscard]] char32_t utf8_code(std::string_view text);

/// True when all of `text` is valid.
[[nodiscard]] bool is_utf8(std::string_view text);

/// Number of characters (code points); each byte that belongs to no valid sequence counts as one, as a reader shows it.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace core
