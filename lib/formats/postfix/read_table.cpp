// Reading the text of a table: see tables.hpp. What Postfix skips is skipped here, too, and said.
//
//   line    := key blanks value                          by key; blanks between double quotes are part of the key
//            | pattern blanks value | "if" pattern | "endif"      cidr, see postfix/cidr.hpp
//   in_line := "{" { key "=" value | "{" key "=" value "}" } "}"  separated by blanks and commas
//
// Source: Postfix 3.7, dict_thash.c, postmap.c, dict_inline.c, dict_static.c, dict_cidr.c.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "base/utf8.hpp"
#include "formats/postfix/cidr.hpp"
#include "formats/postfix/expression_table.hpp"
#include "formats/postfix/lines.hpp"
#include "formats/postfix/tables.hpp"

namespace core {
namespace {

bool is_postfix_blank(char c) { return postfix_blanks.find(c) != std::string_view::npos; }

/// Length of a key: up to the first blank that is not between double quotes. npos: a quote has no other end.
std::size_t key_length(std::string_view line) {
  bool in_quotes = false;
  std::size_t at = 0;
  for (; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '"') {
      in_quotes = !in_quotes;
    } else if (!in_quotes && is_postfix_blank(line[at])) {
      break;
    }
  }
  return in_quotes ? std::string_view::npos : std::min(at, line.size());
}

/// True for `word` in any case that no letter or digit follows.
bool begins_with_word(std::string_view line, std::string_view word) {
  if (in_lower_case(line.substr(0, word.size())) != word) return false;
  const char next = line.size() > word.size() ? line[word.size()] : ' ';
  return !is_letter(next) && !is_digit(next);
}

class TableReader {
 public:
  TableReader(const Source& source, PostfixTable& table, Findings& findings)
      : source_(source), table_(table), findings_(findings) {
    table_.blocks.push_back({all_addresses(Family::ipv4), all_addresses(Family::ipv6)});
  }

  void read_lines() {
    PostfixLineReader reader(source_);
    while (reader.next(line_)) read_line();
    for (const OpenBlock& block : open_)
      report(tables::broken_if, block.place, "this 'if' has no 'endif': it goes on to the end of the file",
             "write 'endif' behind the last rule that it is for");
  }

 private:
  /// An "if" whose "endif" has not come.
  struct OpenBlock {
    std::uint32_t block = 0;  ///< that stands around it
    Span place;
  };

  Finding& report(const FindingKind& kind, Span place, std::string message, std::string help) {
    return findings_.add(kind, place, std::move(message)).with_help(std::move(help));
  }

  void read_line() {
    if (line_.is_stray) return report_stray_line(line_, findings_);
    if (table_.type == PostfixTableType::cidr) return read_cidr_line();
    read_key_line();
  }

  /// `part` of the line, to be kept: where the line is joined, copied.
  std::string_view kept(std::string_view part) {
    if (!line_.is_joined() || part.empty()) return part;
    return table_.joined.emplace_back(part);
  }

  [[nodiscard]] RulePlace place_of(std::string_view key, std::string_view value) const {
    return {line_.span, line_.span_of(key), line_.span_of(value).begin};
  }

  void report_no_value(std::string_view key) {
    report(tables::no_value, line_.span, fmt::format("{} has no value: Postfix skips the line", quoted(key)),
           "write what it means behind it: 'OK', 'REJECT', 'DUNNO'");
  }

  void read_key_line() {
    const std::string_view text = line_.text;
    const std::size_t length = key_length(text);
    if (length == std::string_view::npos) {
      report(tables::unreadable_key, line_.span,
             fmt::format("a '\"' in {} has no other end: Postfix skips the line", quoted(text)),
             "take the '\"' away, or write the other one");
      return;
    }
    const std::string_view key = text.substr(0, length);
    const std::string_view value = trimmed(text.substr(length), postfix_blanks);
    if (!is_utf8(text)) {
      report(tables::unreadable_key, line_.span, fmt::format("{} is no UTF-8: Postfix skips the line", quoted(text)),
             "save the file as UTF-8; host names and addresses are plain ASCII");
    } else if (value.empty()) {
      report_no_value(key);
    } else {
      if (key.ends_with(':')) report_colon(key);
      table_.entries.push_back({kept(key), kept(value), place_of(key, value)});
    }
  }

  /// "2001:db8::" is an address, and "2001:db8:" is cut from one.
  void report_colon(std::string_view key) {
    if (key.find(':') != key.size() - 1) return;
    report(
        tables::dead_table_key, line_.span_of(key),
        fmt::format("{} matches nothing: the ':' at its end, which keys in alias files have, is part of the key here",
                    quoted(key)),
        fmt::format("write '{}'", printable(key.substr(0, key.size() - 1))))
        .with_fix({line_.span_of(key).end - 1, line_.span_of(key).end}, "");
  }

  void read_cidr_line() {
    const std::string_view text = trimmed(line_.text, postfix_blanks);
    if (begins_with_word(text, "if")) return open_block(text.substr(2));
    if (begins_with_word(text, "endif")) return close_block(trimmed(text.substr(5), postfix_blanks));
    std::string_view key = text;
    while (!key.empty() && (key.front() == '!' || is_postfix_blank(key.front()))) key.remove_prefix(1);
    key = key.substr(0, key.find_first_of(postfix_blanks));
    const std::string_view value =
        trimmed(text.substr(static_cast<std::size_t>(key.data() - text.data()) + key.size()), postfix_blanks);
    const std::string_view pattern(text.data(), static_cast<std::size_t>(key.data() + key.size() - text.data()));
    if (value.empty()) return report_no_value(pattern);
    const ReadCidrPattern read = read_cidr_pattern(pattern);
    if (!read.fault.empty()) return report_pattern(read, line_.span_of(pattern), "Postfix skips the rule");
    table_.entries.push_back(
        {kept(pattern), kept(value), place_of(pattern, value), read.pattern.network, read.pattern.negated, block_});
  }

  void report_pattern(const ReadCidrPattern& read, Span place, std::string_view result) {
    const FindingKind& kind = read.meant ? syntax::host_bits_set : syntax::bad_pattern;
    Finding& finding = report(kind, place, fmt::format("{}: {}", read.fault, result),
                              read.meant ? fmt::format("write '{}', or the one address", format_prefix(*read.meant))
                                         : "write '10.1.2.3', '10.0.0.0/8' or '2001:db8::/32'");
    finding.severity = Severity::error;
  }

  void open_block(std::string_view pattern) {
    const ReadCidrPattern read = read_cidr_pattern(pattern);
    if (!read.fault.empty()) {
      Finding& finding = report(
          tables::broken_if, line_.span,
          fmt::format("{}: Postfix skips the 'if' alone, and the rules behind it are for every client", read.fault),
          read.meant ? fmt::format("write 'if {}'", format_prefix(*read.meant)) : "write 'if 10.0.0.0/8'");
      if (read.meant && !read.pattern.negated)
        finding.with_fix(line_.span_of(trimmed(pattern, postfix_blanks)), format_prefix(*read.meant));
      return;
    }
    open_.push_back({block_, line_.span});
    table_.blocks.push_back(narrowed(table_.blocks[block_], read.pattern));
    block_ = static_cast<std::uint32_t>(table_.blocks.size() - 1);
  }

  void close_block(std::string_view behind) {
    if (!behind.empty() || open_.empty()) {
      const std::string_view reason = behind.empty() ? "there is no 'if' in front of it" : "text stands behind it";
      report(tables::broken_if, line_.span, fmt::format("Postfix skips this 'endif': {}", reason),
             behind.empty() ? "delete it, or mend the 'if' that it ends" : "write 'endif' alone on its line");
      return;
    }
    block_ = open_.back().block;
    open_.pop_back();
  }

  const Source& source_;
  PostfixTable& table_;
  Findings& findings_;
  PostfixLine line_;
  std::vector<OpenBlock> open_;
  std::uint32_t block_ = 0;
};

/// Keeps the first entry of each key, as postmap does. The keys that stand there again are told with both entries.
void keep_first(PostfixTable& table, Findings& findings) {
  std::unordered_map<std::string, std::size_t> first;
  std::vector<PostfixEntry> kept;
  for (const PostfixEntry& entry : table.entries) {
    const auto [found, is_new] = first.try_emplace(in_lower_case(entry.key), kept.size());
    if (is_new) {
      kept.push_back(entry);
      continue;
    }
    if (table.type == PostfixTableType::texthash && table.unavailable.empty())
      table.unavailable = fmt::format("the key {} stands there twice", quoted(entry.key));
    findings
        .add(tables::repeated_key, entry.place.pattern,
             fmt::format("the key {} stands there twice: of a texthash nothing can be looked up then, and every client "
                         "that reaches it gets 451; postmap leaves this line out",
                         quoted(entry.key)))
        .with_help("delete one of the two")
        .with_related(kept[found->second].place.pattern, "first here");
  }
  table.entries = std::move(kept);
}

/// Of inline: the last entry of each key counts.
void keep_last(std::vector<PostfixEntry>& entries) {
  std::unordered_map<std::string, std::size_t> places;
  std::vector<PostfixEntry> kept;
  for (const PostfixEntry& entry : entries) {
    const auto [found, is_new] = places.try_emplace(in_lower_case(entry.key), kept.size());
    if (is_new)
      kept.push_back(entry);
    else
      kept[found->second] = entry;
  }
  entries = std::move(kept);
}

/// Takes "{...}" or a word from the front of `rest`, without its braces; false when a brace has no other end.
bool take_inline_item(std::string_view& rest, std::string_view& item) {
  if (rest.front() != '{') {
    item = rest.substr(0, rest.find_first_of(" \t\r\n\v\f,"));
    rest.remove_prefix(item.size());
    return true;
  }
  std::size_t depth = 0;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (rest[at] == '{') ++depth;
    if (rest[at] != '}' || --depth > 0) continue;
    item = rest.substr(1, at - 1);
    rest.remove_prefix(at + 1);
    return true;
  }
  return false;
}

/// What is wrong with the text behind "inline:"; empty: nothing.
std::string read_inline(const Source& source, std::string_view text, PostfixTable& table) {
  std::string_view rest = trimmed(text, postfix_blanks);
  std::string_view items;
  if (rest.empty() || rest.front() != '{' || !take_inline_item(rest, items)) return "its value is not between { and }";
  while (true) {
    items.remove_prefix(std::min(items.find_first_not_of(" \t\r\n\v\f,"), items.size()));
    if (items.empty()) break;
    std::string_view item;
    if (!take_inline_item(items, item)) return "a '{' has no other end";
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) return fmt::format("no '=' in {}", quoted(item));
    const std::string_view key = trimmed(item.substr(0, equals), postfix_blanks);
    const std::string_view value = trimmed(item.substr(equals + 1), postfix_blanks);
    if (key.empty()) return fmt::format("no key in {}", quoted(item));
    table.entries.push_back({key, value, {source.span_of(item), source.span_of(key), source.span_of(value).begin}});
  }
  keep_last(table.entries);
  return table.entries.empty() ? "it has no keys" : "";
}

}  // namespace

PostfixTableType postfix_table_type(std::string_view word) {
  for (const char* indexed : {"hash", "btree", "cdb", "lmdb", "dbm", "sdbm"})
    if (word == indexed) return PostfixTableType::indexed;
  constexpr std::pair<std::string_view, PostfixTableType> words[] = {
      {"texthash", PostfixTableType::texthash}, {"inline", PostfixTableType::in_line},
      {"cidr", PostfixTableType::cidr},         {"regexp", PostfixTableType::regexp},
      {"pcre", PostfixTableType::pcre},         {"static", PostfixTableType::constant},
  };
  for (const auto& [known, type] : words)
    if (word == known) return type;
  return PostfixTableType::unknown;
}

PostfixTable read_postfix_table(const Source& source, PostfixTableType type, Findings& findings) {
  PostfixTable table;
  table.type = type;
  if (is_readable(type)) TableReader(source, table, findings).read_lines();
  if (is_by_key(type)) keep_first(table, findings);
  if (is_of_expressions(type)) table.expressions = read_expression_table(source, type, findings);
  return table;
}

PostfixTable read_postfix_table(const Source& source, std::string_view text, PostfixTableType type, Findings&) {
  PostfixTable table;
  table.type = type;
  if (type == PostfixTableType::in_line) {
    table.unavailable = read_inline(source, text, table);
    return table;
  }
  std::string_view value = trimmed(text, postfix_blanks);
  if (value.starts_with('{') && value.ends_with('}') && value.size() > 1)
    value = trimmed(value.substr(1, value.size() - 2), postfix_blanks);
  const Span place = source.span_of(value);
  table.entries.push_back({value.substr(0, 0), value, {place, {place.begin, place.begin}, place.begin}});
  return table;
}

}  // namespace core
