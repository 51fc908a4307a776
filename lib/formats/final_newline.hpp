// The word on a file whose last line has no newline, for programs that read such a line all the same. libwrap does not:
// see hosts_access.cpp.
#pragma once

#include "base/finding_kinds.hpp"
#include "base/source.hpp"

namespace core {

/// Adds a note, with its repair, when the last line of `source` has no newline.
inline void note_missing_newline(const Source& source, Findings& findings) {
  const std::string_view text = source.text();
  if (text.empty() || text.back() == '\n') return;
  const Span last = source.span_of(text.substr(text.size() - 1));
  findings
      .add(syntax::missing_final_newline, last,
           "the last line has no newline at its end: what a program appends to the file is glued to it")
      .with_help("end the last line with a newline")
      .with_fix({last.end, last.end}, "\n");
}

}  // namespace core
