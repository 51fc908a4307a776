// Colour for answers on a terminal. It is put on when the text is there, by how a line begins, so that nobody who
// writes an answer has to think of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace core {

/// What a text is, and so which of its lines say what matters.
enum class AnswerKind : std::uint8_t {
  plain,         ///< nothing is coloured
  audit,         ///< format_audit
  changes,       ///< format_changes, format_change_summary
  lookup,        ///< what `relayrules lookup` says of one client
  expectations,  ///< format_test_text
  patch,         ///< format_unified_diff
};

/// `text`, whole lines of an answer of this kind, with the escapes of ANSI terminals.
[[nodiscard]] std::string painted(std::string_view text, AnswerKind kind);

}  // namespace core
