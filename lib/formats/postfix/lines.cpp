// Joining lines: see lines.hpp. Source: Postfix 3.7, readlline.c.
#include "formats/postfix/lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "base/printable.hpp"

namespace core {
namespace {

bool is_blank(char c) { return postfix_blanks.find(c) != std::string_view::npos; }

/// Nothing stands there, or a comment.
bool says_nothing(std::string_view line) {
  const std::size_t first = line.find_first_not_of(postfix_blanks);
  return first == std::string_view::npos || line[first] == '#';
}

}  // namespace

void report_stray_line(const PostfixLine& line, Findings& findings) {
  findings
      .add(tables::stray_line, line.span,
           fmt::format("{} begins with a blank and there is no rule that it could go on with: Postfix skips it",
                       quoted(trimmed(line.text, postfix_blanks))))
      .with_help("take the blanks in front away, if it is a rule of its own");
}

std::string_view PostfixLineReader::take_line() {
  const std::string_view rest = source_.text().substr(at_);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  at_ += line.size() + 1;
  return line;
}

bool PostfixLineReader::next(PostfixLine& line) {
  JoinedText& joined = line.joined_;
  joined.clear();
  while (!at_end()) {
    const std::string_view taken = take_line();
    if (!says_nothing(taken)) {
      const Span place = source_.span_of(taken);
      line.span = {joined.empty() ? place.begin : line.span.begin, place.end};
      joined.add(taken, place.begin);
    }
    const bool goes_on = !at_end() && (source_.text()[at_] == '#' || is_blank(source_.text()[at_]));
    if (!joined.empty() && !goes_on) break;
  }
  line.is_stray = !joined.empty() && is_blank(joined.text().front());
  line.text = joined.text().substr(0, joined.text().find('\0'));
  return !joined.empty();
}

std::string joined_postfix_value(std::string_view written) {
  std::string value;
  bool is_first = true;
  while (!written.empty()) {
    const std::string_view line = written.substr(0, written.find('\n'));
    written.remove_prefix(std::min(line.size() + 1, written.size()));
    if (is_first || !says_nothing(line)) value += line;
    is_first = false;
  }
  value.resize(std::min(value.find('\0'), value.size()));
  return std::string(trimmed(value, postfix_blanks));
}

}  // namespace core
