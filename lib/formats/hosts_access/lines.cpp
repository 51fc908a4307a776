// Joining continued lines as libwrap's xgets does: see lines.hpp. A comment is continued too, so that "# note \" takes
// the rule on the next line with it; that is libwrap's reading, and a "#" on a continuation line is no comment.
#include "formats/hosts_access/lines.hpp"

#include <algorithm>

#include "base/cursor.hpp"

namespace core {

bool LineReader::next(LogicalLine& line) {
  const std::string_view whole = source_.text();
  if (at_ == whole.size()) return false;
  const std::size_t start = at_;
  line.text_.clear();
  line.has_newline_ = line.is_cut_off_ = line.is_too_long_ = false;
  for (bool continued = true; continued && at_ < whole.size();) {
    const std::size_t end = std::min(whole.find('\n', at_), whole.size());
    line.has_newline_ = end != whole.size();
    std::string_view piece = whole.substr(at_, end - at_);
    line.is_too_long_ = line.is_too_long_ || line.text().size() + piece.size() + 1 >= buffer_bytes;
    continued = line.has_newline_ && piece.ends_with('\\');
    if (continued) piece.remove_suffix(1);
    line.text_.add(piece, source_.base() + static_cast<std::uint32_t>(at_));
    at_ = line.has_newline_ ? end + 1 : end;
    line.is_cut_off_ = continued && at_ == whole.size();
  }
  const std::size_t end = at_ - (line.has_newline_ ? 1 : 0);
  line.span_ = {source_.base() + static_cast<std::uint32_t>(start), source_.base() + static_cast<std::uint32_t>(end)};
  return true;
}

bool follows_open_line(const Source& source, const LogicalLine& line) {
  const std::string_view before = trimmed_right(source.text().substr(0, line.span().begin - source.base()), " \t\r\n");
  return before.ends_with(',') || before.ends_with('\\');
}

}  // namespace core
