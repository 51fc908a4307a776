// Reading and asking tables of expressions: see expression_table.hpp. Source: Postfix 3.7, dict_pcre.c, dict_regexp.c
// and mac_parse.c.
#include "formats/postfix/expression_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "base/utf8.hpp"

namespace core {
namespace {

bool is_expression_blank(char c) { return postfix_blanks.find(c) != std::string_view::npos; }
bool is_word_sign(char c) { return is_letter(c) || is_digit(c); }

/// Takes the name behind a "$" from the front of `rest`; false when a bracket has no other end.
bool take_macro_name(std::string_view& rest, std::string_view& name) {
  if (rest.empty() || (rest.front() != '{' && rest.front() != '(')) {
    const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return !is_word_sign(c) && c != '_'; });
    name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(name.size());
    return true;
  }
  const char open = rest.front();
  const char close = open == '{' ? '}' : ')';
  std::size_t depth = 0;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (rest[at] == open) ++depth;
    if (rest[at] != close || --depth > 0) continue;
    name = rest.substr(1, at - 1);
    rest.remove_prefix(at + 1);
    return true;
  }
  return false;
}

/// `value` with `groups` in place of $1; none where its "$" are none that Postfix takes. `highest` gets the highest
/// number.
std::optional<std::string> expanded(std::string_view value, const std::vector<std::string>& groups,
                                    std::size_t& highest) {
  std::string text;
  while (!value.empty()) {
    const char sign = value.front();
    value.remove_prefix(1);
    if (sign != '$' || value.starts_with('$')) {
      if (sign == '$') value.remove_prefix(1);
      text += sign;
      continue;
    }
    std::string_view name;
    if (!take_macro_name(value, name) || name.empty() || !std::all_of(name.begin(), name.end(), is_digit))
      return std::nullopt;
    std::size_t number = 0;
    for (const char digit : name)
      number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(digit - '0'), 100000);
    if (number == 0) return std::nullopt;
    highest = std::max(highest, number);
    if (number <= groups.size()) text += groups[number - 1];
  }
  return text;
}

class ExpressionReader {
 public:
  ExpressionReader(const Source& source, PostfixTableType type, ExpressionTable& table, Findings& findings)
      : source_(source), type_(type), table_(table), findings_(findings) {}

  void read() {
    PostfixLineReader reader(source_);
    while (reader.next(line_)) read_line();
    for (const std::size_t open : open_) {
      table_.rules[open].endif = table_.rules.size();
      report(tables::broken_if, table_.rules[open].place, "this 'if' has no 'endif': it goes on to the end of the file",
             "write 'endif' behind the last rule that it is for");
    }
  }

 private:
  Finding& report(const FindingKind& kind, Span place, std::string message, std::string help) {
    return findings_.add(kind, place, std::move(message)).with_help(std::move(help));
  }
  void skip_rule(std::string_view fault, std::string help) {
    report(syntax::bad_pattern, line_.span, fmt::format("{}: Postfix skips the line", fault), std::move(help));
  }

  void read_line() {
    if (line_.is_stray) return report_stray_line(line_, findings_);
    std::string_view text = trimmed_right(line_.text, postfix_blanks);
    if (text.empty()) return;
    if (!is_word_sign(text.front())) return read_rule(text);
    if (is_word(text, "if")) return read_if(text.substr(2));
    if (is_word(text, "endif")) return read_endif();
    skip_rule(fmt::format("{} begins with no delimiter", quoted(text)), "write an expression as '/^10\\./'");
  }

  static bool is_word(std::string_view text, std::string_view word) {
    return in_lower_case(text.substr(0, word.size())) == word &&
           (text.size() == word.size() || !is_word_sign(text[word.size()]));
  }

  /// Takes a pattern from the front of `rest`; false where the line is skipped, which was said.
  bool take_pattern(std::string_view& rest, ExpressionTable::Rule& rule) {
    bool matches = true;
    for (; !rest.empty() && (rest.front() == '!' || is_expression_blank(rest.front())); rest.remove_prefix(1))
      if (rest.front() == '!') matches = !matches;
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != rest.front()) end += rest[end] == '\\' ? 2 : 1;
    if (rest.empty() || end >= rest.size()) {
      skip_rule(rest.empty() ? "there is no expression"
                             : fmt::format("the expression has no second '{}'", printable(rest.substr(0, 1))),
                "write an expression as '/^10\\./'");
      return false;
    }
    const std::string text(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    ExpressionFlags flags;
    if (!take_flags(rest, flags)) return false;
    std::string fault;
    const auto expression = Expression::compile(text, type_, flags, fault);
    if (!expression) {
      skip_rule(fmt::format("{} is no expression, {}", quoted(text), printable(fault)), "mend the expression");
      return false;
    }
    rule.patterns.push_back({*expression, matches});
    return true;
  }

  bool take_flags(std::string_view& rest, ExpressionFlags& flags) {
    for (; !rest.empty() && !is_expression_blank(rest.front()); rest.remove_prefix(1)) {
      if (type_ == PostfixTableType::regexp && rest.front() == '!') break;
      if (flags.toggle(rest.front(), type_)) continue;
      skip_rule(fmt::format("the expression has the flag '{}', which is none", printable(rest.substr(0, 1))),
                type_ == PostfixTableType::regexp ? "flags are i, m and x" : "flags are i, m, s, x, A, E and U");
      return false;
    }
    return true;
  }

  void read_rule(std::string_view rest) {
    ExpressionTable::Rule rule;
    rule.place = line_.span;
    if (!take_pattern(rest, rule)) return;
    if (type_ == PostfixTableType::regexp && rest.starts_with('!') && !take_pattern(rest, rule)) return;
    rest = trimmed(rest, postfix_blanks);
    std::size_t highest = 0;
    const auto value = expanded(rest, {}, highest);
    if (!value)
      return skip_rule(fmt::format("a '$' in {} is followed by no number", quoted(rest)),
                       "write '$1', or '$$' for a '$'");
    const ExpressionTable::Pattern& first = rule.patterns.front();
    if (highest > 0 && !first.matches)
      return skip_rule("behind '!' nothing was taken that '$' could stand for", "write a value without '$'");
    if (highest > first.expression.groups())
      return skip_rule(fmt::format("the expression has no parentheses for ${}", highest), "write a lower number");
    if (rest.empty())
      report(tables::no_value, line_.span, "there is no value: Postfix takes the empty text for it",
             "write what it means behind it: 'OK', 'REJECT', 'DUNNO'");
    rule.has_groups = highest > 0;
    rule.value = rule.has_groups ? std::string(rest) : *value;
    table_.rules.push_back(std::move(rule));
  }

  void read_if(std::string_view rest) {
    rest = trimmed(rest, postfix_blanks);
    ExpressionTable::Rule rule;
    rule.place = line_.span;
    if (!take_pattern(rest, rule)) return;
    report_rest(rest);
    open_.push_back(table_.rules.size());
    rule.endif = 0;
    table_.rules.push_back(std::move(rule));
  }

  void read_endif() {
    if (open_.empty()) {
      report(tables::broken_if, line_.span, "Postfix skips this 'endif': there is no 'if' in front of it",
             "delete it, or mend the 'if' that it ends");
      return;
    }
    report_rest(trimmed_right(line_.text, postfix_blanks).substr(5));
    table_.rules[open_.back()].endif = table_.rules.size();
    open_.pop_back();
  }

  void report_rest(std::string_view rest) {
    rest = trimmed(rest, postfix_blanks);
    if (rest.empty()) return;
    report(tables::broken_if, line_.span, fmt::format("Postfix does not read {} behind 'if' or 'endif'", quoted(rest)),
           "a rule inside begins at the front of its own line");
  }

  const Source& source_;
  PostfixTableType type_;
  ExpressionTable& table_;
  Findings& findings_;
  PostfixLine line_;
  std::vector<std::size_t> open_;  ///< each "if" whose "endif" has not come
};

/// Whether all patterns match; `groups` are those of the first. None: nobody can tell.
std::optional<bool> is_matched(const ExpressionTable::Rule& rule, std::string_view key,
                               std::vector<std::string>& groups) {
  for (const ExpressionTable::Pattern& pattern : rule.patterns) {
    auto match = pattern.expression.match(key);
    if (!match) return std::nullopt;
    if (match->is_match != pattern.matches) return false;
    if (&pattern == &rule.patterns.front()) groups = std::move(match->groups);
  }
  return true;
}

}  // namespace

std::optional<ExpressionAnswer> ExpressionTable::find(std::string_view key) const {
  if (!is_utf8(key) || key.find('\0') != std::string_view::npos) return std::nullopt;
  for (std::size_t at = 0; at < rules.size();) {
    const Rule& rule = rules[at];
    std::vector<std::string> groups;
    const auto is_hit = is_matched(rule, key, groups);
    if (!is_hit) return ExpressionAnswer{{}, rule.place, not_tried};
    at = rule.endif && !*is_hit ? *rule.endif : at + 1;
    if (rule.endif || !*is_hit) continue;
    std::size_t ignored = 0;
    return ExpressionAnswer{rule.has_groups ? expanded(rule.value, groups, ignored).value_or("") : rule.value,
                            rule.place};
  }
  return std::nullopt;
}

std::vector<std::string> ExpressionTable::fixed_values() const {
  std::vector<std::string> values;
  std::unordered_set<std::string_view> known;
  for (const Rule& rule : rules)
    if (!rule.endif && !rule.has_groups && known.insert(rule.value).second) values.push_back(rule.value);
  return values;
}

std::shared_ptr<const ExpressionTable> read_expression_table(const Source& source, PostfixTableType type,
                                                             Findings& findings) {
  auto table = std::make_shared<ExpressionTable>();
  ExpressionReader(source, type, *table, findings).read();
  return table;
}

}  // namespace core
