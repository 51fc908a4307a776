// Reading suppressions and applying them: see suppress.hpp. A comment is a line with '#' in its first column; that
// holds for all formats with rule files. Where a backslash continues lines, a '#' on a continuation is no comment, and
// a rule goes on over one. In Postfix's files a rule goes on in lines that begin with a blank.
#include "lint/suppress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"

namespace core {
namespace {

constexpr std::string_view marker = "# relayrules:";
constexpr std::string_view blanks = " \t\r";

/// One name of one comment. Offsets are those of Sources.
struct Allowance {
  Called called;
  std::string_view written;
  Span name;
  Span scope;  ///< findings that begin in it are meant, its end included
  bool used = false;
};

using ScopedCode = std::pair<std::uint32_t, std::string_view>;  ///< begin of the scope, code of what is allowed

struct Allowances {
  std::vector<Allowance> all;
  std::map<ScopedCode, std::size_t> for_rules;
  std::map<ScopedCode, std::size_t> for_files;
  std::map<std::uint32_t, std::uint32_t> rule_scopes;  ///< begin and end
  std::map<std::uint32_t, std::uint32_t> file_scopes;
};

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

bool is_rule_line(std::string_view line) {
  return line.find_first_not_of(blanks) != std::string_view::npos && line.front() != '#';
}

/// The end of a rule whose line ends at `end`, with the lines behind it that begin with a blank.
std::size_t end_of_indented(std::string_view text, std::size_t end) {
  for (std::size_t at = end + 1; at < text.size();) {
    const std::string_view line = line_at(text, at);
    const bool has_text = is_rule_line(line);
    if (has_text && blanks.find(line.front()) == std::string_view::npos) break;
    at += line.size() + 1;
    if (has_text) end = at - 1;
  }
  return end;
}

/// The next rule at or behind `at`, with all lines that it goes on over; empty at the end of the text when there is
/// none.
std::string_view rule_from(const CheckedFile& file, std::size_t at) {
  const std::string_view text = file.source->text();
  while (at < text.size() && !is_rule_line(line_at(text, at))) at += line_at(text, at).size() + 1;
  if (at >= text.size()) return text.substr(text.size());
  std::size_t end = at + line_at(text, at).size();
  while (has(file.format->traits, Traits::continuation) && end < text.size() && text[end - 1] == '\\')
    end += 1 + line_at(text, end + 1).size();
  if (has(file.format->traits, Traits::indented)) end = end_of_indented(text, end);
  return text.substr(at, end - at);
}

std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
  rest.remove_prefix(word.size());
  return word;
}

/// The names of a comment, separated by commas and perhaps blanks behind them; the rest of the line is the reason.
std::vector<std::string_view> take_names(std::string_view& rest) {
  std::vector<std::string_view> names;
  bool more = true;
  while (more) {
    std::string_view word = take_word(rest);
    more = word.ends_with(',');
    while (!word.empty()) {
      const std::string_view name = word.substr(0, word.find(','));
      if (!name.empty()) names.push_back(name);
      word.remove_prefix(std::min(name.size() + 1, word.size()));
    }
  }
  return names;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(blanks) == std::string_view::npos; }

class Reader {
 public:
  Reader(const CheckedFile& file, Allowances& allowances, Findings& findings)
      : file_(file), allowances_(allowances), findings_(findings) {}

  void read() {
    const std::string_view text = file_.source->text();
    for (std::size_t at = text.find(marker); at != std::string_view::npos; at = text.find(marker, at + 1))
      if (is_comment(at)) read_comment(at);
  }

 private:
  bool is_comment(std::size_t at) const {
    if (at == 0) return true;
    const std::string_view before = file_.source->text().substr(0, at);
    return before.ends_with('\n') && !(has(file_.format->traits, Traits::continuation) && before.ends_with("\\\n"));
  }

  void read_comment(std::size_t at) {
    const std::string_view line = line_at(file_.source->text(), at);
    std::string_view rest = line.substr(marker.size());
    const std::string_view word = take_word(rest);
    // it counts at the front of the file only, and what is written for it means something else without it
    if (word == "extended" && at == 0) return;
    if (in_lower_case(word) == "extended") return report_misplaced(word);
    if (word != "allow" && word != "allow-file") return report_unknown_word(line, word);
    const std::vector<std::string_view> names = take_names(rest);
    if (names.empty())
      findings_.add(suppression::unknown, span(word), fmt::format("'{}' names no check", word))
          .with_help(fmt::format("write '{} {} NAME REASON'", marker, word));
    else if (is_blank(rest))
      findings_
          .add(suppression::without_reason, span(line),
               fmt::format("no reason is given for allowing {}", quoted(names.front())))
          .with_help("say behind the name why it is right here: whoever reads this next must know");
    const auto scope = word == "allow" ? rule_scope(at + line.size()) : file_scope(at, word);
    if (scope)
      for (const std::string_view name : names) add(name, *scope, word == "allow-file");
  }

  void report_misplaced(std::string_view word) {
    if (has(file_.format->traits, Traits::masks)) return;  // the format is known by other means
    findings_
        .add(suppression::unknown, span(word),
             fmt::format("{} makes the file tcprules-extended in its first line only, and in small letters: here it is "
                         "read as plain tcprules",
                         quoted(word)))
        .with_help(fmt::format("make '{} extended' the first line", marker));
  }

  void report_unknown_word(std::string_view line, std::string_view word) {
    findings_
        .add(suppression::unknown, span(word.empty() ? line : word),
             fmt::format("{} says nothing to relayrules", quoted(word)))
        .with_help(fmt::format("write '{0} allow NAME REASON' or '{0} allow-file NAME REASON', or in the first line "
                               "'{0} extended'",
                               marker));
  }

  std::optional<Span> rule_scope(std::size_t behind) { return span(rule_from(file_, behind)); }

  std::optional<Span> file_scope(std::size_t at, std::string_view word) {
    if (rule_from(file_, 0).data() >= file_.source->text().data() + at) return span(file_.source->text());
    findings_.add(suppression::unused, span(word), "'allow-file' stands behind the first rule, where it does nothing")
        .with_help("put it above the first rule");
    return std::nullopt;
  }

  void add(std::string_view name, Span scope, bool whole_file) {
    const Called called = what_is_called(name);
    if (called.check == nullptr) return report_unknown_check(name);
    auto& index = whole_file ? allowances_.for_files : allowances_.for_rules;
    (whole_file ? allowances_.file_scopes : allowances_.rule_scopes)[scope.begin] = scope.end;
    index.try_emplace({scope.begin, called.code}, allowances_.all.size());
    allowances_.all.push_back({called, name, span(name), scope, false});
  }

  void report_unknown_check(std::string_view name) {
    const std::string_view closest = closest_check_name(name);
    findings_.add(suppression::unknown, span(name), fmt::format("there is no check {}", quoted(name)))
        .with_help(closest.empty() ? "'relayrules checks' lists them" : fmt::format("did you mean '{}'?", closest));
  }

  Span span(std::string_view part) const { return file_.source->span_of(part); }

  const CheckedFile& file_;
  Allowances& allowances_;
  Findings& findings_;
};

Allowance* find_in(Allowances& allowances, const std::map<ScopedCode, std::size_t>& index,
                   const std::map<std::uint32_t, std::uint32_t>& scopes, const Finding& finding) {
  const auto behind = scopes.upper_bound(finding.span.begin);
  if (behind == scopes.begin()) return nullptr;
  const auto [begin, end] = *std::prev(behind);
  if (finding.span.begin > end) return nullptr;
  auto found = index.find({begin, finding.kind->code});
  if (found == index.end()) found = index.find({begin, finding.part});
  return found == index.end() ? nullptr : &allowances.all[found->second];
}

/// Marks what allows `finding` as used; false when nothing does.
bool is_allowed(Allowances& allowances, const Finding& finding) {
  Allowance* allowance = find_in(allowances, allowances.for_rules, allowances.rule_scopes, finding);
  if (allowance == nullptr) allowance = find_in(allowances, allowances.for_files, allowances.file_scopes, finding);
  if (allowance == nullptr || is_grammar_error(*allowance->called.check, finding)) return false;
  allowance->used = true;
  return true;
}

void report_unused(const Allowance& allowance, Findings& findings) {
  const std::string_view name = allowance.written;
  if (is_grammar_error(*allowance.called.check))
    findings
        .add(suppression::unused, allowance.name,
             fmt::format("'{}' cannot be allowed: a line that is not understood may be a denial", name))
        .with_help("mend the line that it is about");
  else
    findings
        .add(suppression::unused, allowance.name,
             fmt::format("'{}' is allowed here, but there is nothing to allow", name))
        .with_help("take the comment away, so that it does not hide what comes later");
}

}  // namespace

std::size_t apply_suppressions(std::span<const CheckedFile> files, Findings& findings) {
  Allowances allowances;
  Findings about_comments;
  for (const CheckedFile& file : files) Reader(file, allowances, about_comments).read();
  const std::size_t before = findings.all().size();
  if (!allowances.all.empty())
    std::erase_if(findings.all(), [&](const Finding& finding) { return is_allowed(allowances, finding); });
  const std::size_t suppressed = before - findings.all().size();
  for (const Allowance& allowance : allowances.all)
    if (!allowance.used) report_unused(allowance, about_comments);
  std::move(about_comments.all().begin(), about_comments.all().end(), std::back_inserter(findings.all()));
  return suppressed;
}

}  // namespace core
