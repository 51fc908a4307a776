// The lines of a text that say something: what a look at a file goes by that does not know yet what the file is.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/cursor.hpp"
#include "base/finding.hpp"
#include "base/source.hpp"

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

/// Gives `finding` the repair that lets every line of `source` end in LF alone, comments too.
inline void fix_line_ends(const Source& source, Finding& finding) {
  const std::string_view text = source.text();
  for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1))
    if (at + 1 == text.size() || text[at + 1] == '\n') finding.with_fix(source.span_of(text.substr(at, 1)), "");
}

/// The comment lines directly above the line of `text` that begins at `at`, in their order: the nearest eight at most.
[[nodiscard]] inline std::vector<std::string_view> comment_above(std::string_view text, std::size_t at) {
  constexpr std::size_t most = 8;
  std::vector<std::string_view> lines;
  while (at > 0 && lines.size() < most) {
    const std::size_t begin = at < 2 ? 0 : text.rfind('\n', at - 2) + 1;
    const std::string_view line = text.substr(begin, at - 1 - begin);
    if (!line.starts_with('#')) break;
    lines.insert(lines.begin(), line);
    at = begin;
  }
  return lines;
}

}  // namespace core
