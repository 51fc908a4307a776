// Text of others in words for people: rules, names of files and hosts, log lines. Whoever wrote them must not steer a
// terminal, begin a line of his own or hide anything, so all that is said passes through here. GitHub runs what stands
// in the log of a workflow ("::error ::..." where a line begins, "##[error]..." anywhere): that is broken as well.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

/// Length of the UTF-8 character at the start of `text` (not empty), 0 when that is none which people can see.
[[nodiscard]] std::size_t printable_length(std::string_view text);
/// `text` as one line of characters that can be seen: a tab becomes a blank; control characters, invalid UTF-8, and
/// characters that are invisible or change the direction of writing become \xNN, byte by byte. What was printable stays
/// as it is, but for the colon or bracket of a command to GitHub.
[[nodiscard]] std::string printable(std::string_view text);
/// The same with its line feeds and tabs, and with a colon that begins a command to GitHub.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// `text` printable and in single quotes, with a tab as \x09; what is longer than `max_bytes` is cut with "...".
[[nodiscard]] std::string quoted(std::string_view text, std::size_t max_bytes = 60);

}  // namespace core
