// Client lists: what a log says of clients, one line for each, as `relayrules clients` writes it and replay reads it.
//
//   address TAB host TAB info TAB count TAB first TAB last
//
// Behind the info all may be missing. Where there is a count, host and info are escaped, so that whatever a client
// calls itself is read back byte for byte: a database that prints fields between TABs escapes them alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::analysis {

/// The largest count that is read: what some millions of lines add up to fits into 64 bits.
inline constexpr std::uint64_t largest_count = 999'999'999'999;

/// `field` in visible ASCII, with blanks in it but not at its ends: "\\" for a backslash, "\x0a" for any other byte.
/// What a list takes for "no name" ("-" and so on) is escaped, too.
[[nodiscard]] std::string escape_field(std::string_view field);
/// The bytes that an escaped field stands for: of "\\", "\t", "\n", "\r", "\0", "\b", "\f", "\'" and "\xHH"; none when
/// there is another backslash in it.
[[nodiscard]] std::optional<std::string> unescape_field(std::string_view field);

/// The count in a list: none when it is no number from 1 to largest_count.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);

/// A stamp of a log as ISO 8601 where it says the year: "2026-11-22T01:02:03.5Z" for that of multilog, without "Z" for
/// that of tai64nlocal, whose zone nobody knows. Any other comes back as it is.
[[nodiscard]] std::string iso_stamp(std::string_view stamp);

}  // namespace core::analysis
