// Logical lines of Postfix's files: a line that begins with a blank goes on with the one before, over empty lines and
// comments between them.
//
// A line on its own is a view of the file and costs nothing. Where several are joined, PostfixLine still knows the
// place of every piece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "base/joined_text.hpp"
#include "base/source.hpp"

namespace core {

/// What Postfix takes for blanks.
inline constexpr std::string_view postfix_blanks = " \t\n\v\f\r";

/// One line after joining. Views of `text` are valid until the next line is read into the same object.
struct PostfixLine {
  std::string_view text;  ///< without newlines; a NUL ends it, as in Postfix
  /// True when it begins with a blank and there is nothing that it could go on with: Postfix skips it.
  bool is_stray = false;
  Span span;  ///< from its first byte to its last, without a newline

  [[nodiscard]] bool is_joined() const { return joined_.is_joined(); }
  /// The place of `part`, a piece of text; it spans what was left out inside.
  [[nodiscard]] Span span_of(std::string_view part) const { return joined_.span_of(part); }

 private:
  friend class PostfixLineReader;
  JoinedText joined_;
};

/// Says of a line that is stray what Postfix does with it.
void report_stray_line(const PostfixLine& line, Findings& findings);

/// Hands out the logical lines of one source, first to last.
class PostfixLineReader {
 public:
  explicit PostfixLineReader(const Source& source) : source_(source) {}
  /// False when there is no further line.
  bool next(PostfixLine& line);

 private:
  [[nodiscard]] bool at_end() const { return at_ >= source_.text().size(); }
  /// Takes a line of the file without its newline.
  std::string_view take_line();

  const Source& source_;
  std::size_t at_ = 0;
};

/// The value whose text stands at `written`: a piece of a source, from its first byte to the end of its logical line.
[[nodiscard]] std::string joined_postfix_value(std::string_view written);

}  // namespace core
