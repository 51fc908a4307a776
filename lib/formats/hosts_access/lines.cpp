// Joining continued lines as libwrap's xgets does: see lines.hpp. A comment is continued too, so that "# note \" takes
// the rule on the next line with it; that is libwrap's reading, and a "#" on a continuation line is no comment.
#include "formats/hosts_access/lines.hpp"

#include <algorithm>

#include "base/cursor.hpp"

namespace core {

std::uint32_t LogicalLine::offset_of(std::size_t at) const {
  const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), at,
                                       [](std::size_t value, const Piece& piece) { return value < piece.begin; });
  const Piece& piece = *(behind - 1);
  return piece.offset + static_cast<std::uint32_t>(at - piece.begin);
}

Span LogicalLine::span_of(std::string_view part) const {
  const auto begin = static_cast<std::size_t>(part.data() - text_.data());
  if (part.empty()) return {offset_of(begin), offset_of(begin)};
  // by its last byte: the byte behind may stand on the next physical line
  return {offset_of(begin), offset_of(begin + part.size() - 1) + 1};
}

bool LineReader::next(LogicalLine& line) {
  const std::string_view whole = source_.text();
  if (at_ == whole.size()) return false;
  const std::size_t start = at_;
  line.joined_.clear();
  line.pieces_.clear();
  line.has_newline_ = line.is_cut_off_ = line.is_too_long_ = false;
  for (bool continued = true; continued && at_ < whole.size();) {
    const std::size_t end = std::min(whole.find('\n', at_), whole.size());
    line.has_newline_ = end != whole.size();
    std::string_view piece = whole.substr(at_, end - at_);
    line.is_too_long_ = line.is_too_long_ || line.joined_.size() + piece.size() + 1 >= buffer_bytes;
    continued = line.has_newline_ && piece.ends_with('\\');
    if (continued) piece.remove_suffix(1);
    line.pieces_.push_back({line.joined_.size(), source_.base() + static_cast<std::uint32_t>(at_)});
    at_ = line.has_newline_ ? end + 1 : end;
    line.is_cut_off_ = continued && at_ == whole.size();
    line.text_ = piece;
    if (continued || line.pieces_.size() > 1) line.joined_ += piece;
  }
  if (line.pieces_.size() > 1 || line.is_cut_off_) line.text_ = line.joined_;
  const std::size_t end = at_ - (line.has_newline_ ? 1 : 0);
  line.span_ = {source_.base() + static_cast<std::uint32_t>(start), source_.base() + static_cast<std::uint32_t>(end)};
  return true;
}

bool follows_open_line(const Source& source, const LogicalLine& line) {
  const std::string_view before = trimmed_right(source.text().substr(0, line.span().begin - source.base()), " \t\r\n");
  return before.ends_with(',') || before.ends_with('\\');
}

}  // namespace core
