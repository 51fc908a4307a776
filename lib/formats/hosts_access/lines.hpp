// Logical lines of a hosts_access file: what libwrap's xgets makes of backslash-newline.
//
// A continued line is joined, so that a pattern may stand across the break; LogicalLine still knows the place of every
// piece of it in the file. A line that is not continued is a view of the file and costs nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/joined_text.hpp"
#include "base/source.hpp"

namespace core {

/// One line after joining. Views of `text()` are valid until the next line is read into the same object.
class LogicalLine {
 public:
  /// Without the final newline and without backslash-newlines; a CR is kept.
  [[nodiscard]] std::string_view text() const { return text_.text(); }
  /// True when backslash-newlines were taken out.
  [[nodiscard]] bool is_joined() const { return text_.is_joined(); }
  /// False for what stands behind the last newline of the file.
  [[nodiscard]] bool has_newline() const { return has_newline_; }
  /// True when the file ends where a backslash-newline promised another line.
  [[nodiscard]] bool is_cut_off() const { return is_cut_off_; }
  /// True when the line does not fit libwrap's buffer, which then stops reading the file.
  [[nodiscard]] bool is_too_long() const { return is_too_long_; }
  /// The place of `part`, a piece of text(); it spans the breaks that are inside.
  [[nodiscard]] Span span_of(std::string_view part) const { return text_.span_of(part); }
  /// The place of the whole line, without its newline.
  [[nodiscard]] Span span() const { return span_; }

 private:
  friend class LineReader;
  JoinedText text_;
  Span span_;
  bool has_newline_ = true;
  bool is_cut_off_ = false;
  bool is_too_long_ = false;
};

/// True when the line in front of `line`, which is of `source`, was to go on and does not: it ends in ',' or in a
/// backslash with blanks behind it.
[[nodiscard]] bool follows_open_line(const Source& source, const LogicalLine& line);

/// Hands out the logical lines of one source, first to last.
class LineReader {
 public:
  /// libwrap reads into this many bytes, a newline and a final NUL included. Source: hosts_access.c, BUFLEN.
  static constexpr std::size_t buffer_bytes = 2048;

  explicit LineReader(const Source& source) : source_(source) {}
  /// False when there is no further line; `line` is then untouched.
  bool next(LogicalLine& line);

 private:
  const Source& source_;
  std::size_t at_ = 0;
};

}  // namespace core
