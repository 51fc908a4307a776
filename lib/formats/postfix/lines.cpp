// Joining lines: see lines.hpp. Source: Postfix 3.7, readlline.c.
#include "formats/postfix/lines.hpp"

#include <algorithm>

#include "base/cursor.hpp"

namespace core {
namespace {

bool is_blank(char c) { return postfix_blanks.find(c) != std::string_view::npos; }

/// Nothing stands there, or a comment.
bool says_nothing(std::string_view line) {
  const std::size_t first = line.find_first_not_of(postfix_blanks);
  return first == std::string_view::npos || line[first] == '#';
}

}  // namespace

std::uint32_t PostfixLine::offset_of(std::size_t at) const {
  auto piece = pieces_.begin();
  while (piece + 1 != pieces_.end() && (piece + 1)->begin <= at) ++piece;
  return piece->offset + static_cast<std::uint32_t>(at - piece->begin);
}

void PostfixLine::clear() {
  text = {};
  joined_.clear();
  pieces_.clear();
}

void PostfixLine::add(std::string_view piece, Span place) {
  if (pieces_.empty()) {
    pieces_.push_back({0, place.begin});
    text = piece;
    span = place;
    return;
  }
  if (pieces_.size() == 1) joined_ = text;
  pieces_.push_back({joined_.size(), place.begin});
  joined_ += piece;
  text = joined_;
  span.end = place.end;
}

Span PostfixLine::span_of(std::string_view part) const {
  const auto begin = static_cast<std::size_t>(part.data() - text.data());
  // the last byte, not the one behind it: that may stand in the next line
  const std::uint32_t end = part.empty() ? offset_of(begin) : offset_of(begin + part.size() - 1) + 1;
  return {offset_of(begin), end};
}

std::string_view PostfixLineReader::take_line() {
  const std::string_view rest = source_.text().substr(at_);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  at_ += line.size() + 1;
  return line;
}

bool PostfixLineReader::next(PostfixLine& line) {
  line.clear();
  while (!at_end()) {
    const std::string_view taken = take_line();
    if (!says_nothing(taken)) line.add(taken, source_.span_of(taken));
    const bool goes_on = !at_end() && (source_.text()[at_] == '#' || is_blank(source_.text()[at_]));
    if (!line.text.empty() && !goes_on) break;
  }
  const bool found = !line.text.empty();
  line.is_stray = found && is_blank(line.text.front());
  line.text = line.text.substr(0, line.text.find('\0'));
  return found;
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
