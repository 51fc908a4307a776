// Making text printable: see printable.hpp.
#include "base/printable.hpp"

#include <algorithm>
#include <iterator>

#include "base/utf8.hpp"

namespace core {
namespace {

struct CharacterRange {
  char32_t first, last;
};

/// What cannot be seen: C1 controls, all blanks but the one of ASCII, separators of lines, what Unicode calls ignorable
/// (directions, joiners, selectors, tags), marks of annotations, and the empty Braille pattern. Ascending.
constexpr CharacterRange unseen[] = {
    {0x80, 0xa0},     {0xad, 0xad},       {0x34f, 0x34f},     {0x61c, 0x61c},     {0x115f, 0x1160}, {0x1680, 0x1680},
    {0x17b4, 0x17b5}, {0x180b, 0x180f},   {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f}, {0x2800, 0x2800},
    {0x3000, 0x3000}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
    {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

void append_escaped(std::string& out, unsigned char byte) {
  static constexpr char digits[] = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

/// True for the bracket of "##[", behind which GitHub looks for a command.
bool is_command_bracket(std::string_view text, std::size_t at) {
  return text[at] == '[' && at >= 2 && text.substr(at - 2, 2) == "##";
}

/// True for "::error ::..." and "::error ", perhaps behind blanks: what stands behind it in the line may have the
/// second "::". IPv6 addresses have neither that nor blanks.
bool is_command(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (!line.starts_with("::")) return false;
  line.remove_prefix(2);
  const std::size_t name = line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
  return name != 0 && name != std::string_view::npos &&
         (line[name] == ' ' || line.find("::", name) != std::string_view::npos);
}

/// Appends `text` up to `max_bytes`; `kept` are the control characters that stay. How much of it that was.
std::size_t append_printable(std::string& out, std::string_view text, std::size_t max_bytes, std::string_view kept) {
  std::size_t at = 0;
  while (at < text.size() && at < max_bytes) {
    const bool is_kept = kept.find(text[at]) != std::string_view::npos;
    const std::size_t length = is_kept ? 1 : is_command_bracket(text, at) ? 0 : printable_length(text.substr(at));
    if (length != 0)
      out += text.substr(at, length);
    else
      // all bytes of a character that is not seen: the rest of it is no character
      for (std::size_t end = at + std::max<std::size_t>(utf8_length(text.substr(at)), 1); at < end; ++at)
        append_escaped(out, static_cast<unsigned char>(text[at]));
    at += length;
  }
  return at;
}

}  // namespace

std::size_t printable_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return first < 0x20 || first == 0x7f ? 0 : 1;
  const std::size_t length = utf8_length(text);
  if (length == 0) return 0;
  const char32_t code = utf8_code(text.substr(0, length));
  const auto* range = std::lower_bound(std::begin(unseen), std::end(unseen), code,
                                       [](const CharacterRange& each, char32_t wanted) { return each.last < wanted; });
  return range != std::end(unseen) && range->first <= code ? 0 : length;
}

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text, text.size(), "\t");
  std::replace(out.begin(), out.end(), '\t', ' ');
  return is_command(out) ? out.replace(out.find(':'), 1, "\\x3a") : out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  append_printable(out, text, text.size(), "\t\n");
  return out;
}

std::string quoted(std::string_view text, std::size_t max_bytes) {
  std::string out = "'";
  const bool is_cut = append_printable(out, text, max_bytes, {}) < text.size();
  return out + (is_cut ? "...'" : "'");
}

}  // namespace core
