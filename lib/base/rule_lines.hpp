// The lines of a text that say something: what a look at a file goes by that does not know yet what the file is.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/cursor.hpp"

namespace core {

/// Calls `take` with each line of `text` that is neither blank nor a comment, without blanks and CR at its end, until
/// it returns false. Behind `most` lines it ends: who has not shown by then what he is, does not.
template <typename Take>
void for_each_rule_line(std::string_view text, Take&& take, std::size_t most = 100) {
  while (!text.empty() && most > 0) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed_right(text.substr(0, end), " \t\r");
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (!take(line)) return;
    --most;
  }
}

/// The first of these lines; empty when there is none.
[[nodiscard]] inline std::string_view first_rule_line(std::string_view text) {
  std::string_view first;
  for_each_rule_line(text, [&](std::string_view line) {
    first = line;
    return false;
  });
  return first;
}

}  // namespace core
