// The tcprules parser's messages: see words.hpp.
#include "formats/tcprules/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/file.hpp"
#include "base/finding_kinds.hpp"
#include "model/foreign_file.hpp"
#include "model/key.hpp"

namespace core {
namespace {

/// The verdict that somebody meant who wrote `word`; empty when it is not clear.
std::string_view meant_verdict(std::string_view word) {
  static constexpr std::array allow_words = {"allow", "allowed", "allows", "accept", "permit",
                                             "ok",    "alow",    "allo",   "yes"};
  static constexpr std::array deny_words = {"deny",  "denied", "denies", "reject", "refuse",
                                            "block", "drop",   "dney",   "den",    "no"};
  const std::string wanted = in_lower_case(trimmed_right(word, ":;."));
  if (std::find(allow_words.begin(), allow_words.end(), wanted) != allow_words.end()) return "allow";
  if (std::find(deny_words.begin(), deny_words.end(), wanted) != deny_words.end()) return "deny";
  return {};
}

/// The text before the ":allow" or ":deny" in `rest`, when that is an IPv6 address or prefix; else empty.
std::string_view ipv6_before_verdict(const Source& source, Span address, std::string_view rest) {
  const std::size_t verdict = std::min(rest.find(":allow"), rest.find(":deny"));
  if (verdict == std::string_view::npos) return {};
  const std::size_t begin = address.begin - source.base();
  const std::size_t end = static_cast<std::size_t>(rest.data() - source.text().data()) + verdict;
  const std::string_view text = trimmed(source.text().substr(begin, end - begin));
  const std::string_view bare = trimmed(text.substr(0, text.find_first_of("/%")), "[]");
  return parse_ipv6(bare) || parse_ipv6(std::string(bare) + ":") ? text : std::string_view();
}

/// An IPv6 address where the grammar wants IPv4: under the name of what makes it impossible here.
void report_ipv6_address(const Source& source, std::string_view text, Findings& findings, bool is_refused) {
  const Span place = source.span_of(text);
  const auto address = parse_ipv6(text);
  if (address && unmapped(*address).family == Family::ipv4) {
    const std::string right = format_address(unmapped(*address));
    findings
        .add(syntax::ipv4_mapped, place,
             fmt::format("{} cannot stand here: the address ends at the first ':', and such a client is seen as {}",
                         quoted(text), right))
        .with_help(fmt::format("write '{}'", right))
        .with_fix(place, right);
    return;
  }
  const bool has_zone = text.find('%') != std::string_view::npos;
  findings
      .add(has_zone ? syntax::zone_id : syntax::ipv6_for_ipv4_program, place,
           fmt::format("{} is an IPv6 address{}: this program's address ends at the first ':', and {}", quoted(text),
                       has_zone ? " with a zone, which no rule can say" : "",
                       is_refused ? "the line is refused" : "the rule is for other clients"))
      .with_help("these rules know IPv4 addresses only; IPv6 clients meet the catch-all, ':allow' or ':deny'");
}

/// A name that a program could ask for, and no piece of a sentence.
bool is_variable_name(std::string_view text) {
  const auto is_part = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_part);
}

/// True when `text` begins with one of the quotes U+2018 to U+201F.
bool begins_with_typographic_quote(std::string_view text) {
  return text.size() >= 3 && text.starts_with("\xe2\x80") && text[2] >= '\x98' && text[2] <= '\x9f';
}

/// The quotes around the value that ends before `rest`, when both are typographic: its first byte closed it, two are
/// left over.
void fix_typographic_quotes(Finding& finding, const Source& source, std::string_view rest, std::string_view value) {
  const std::string_view text = source.text();
  const auto close = static_cast<std::size_t>(rest.data() - text.data()) - 1;
  const std::size_t open = close - value.size() - 1;
  const bool plain = value.size() >= 2 && value.find('"') == std::string_view::npos;
  if (!plain || !begins_with_typographic_quote(text.substr(open)) || !begins_with_typographic_quote(text.substr(close)))
    return;
  finding.with_fix(source.span_of(text.substr(open, 3)), "\"").with_fix(source.span_of(text.substr(close, 3)), "\"");
}

/// True for seconds since 1970, as vpopmail writes them behind a grant: nine or ten digits.
bool is_time(std::string_view text) {
  return (text.size() == 9 || text.size() == 10) && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Takes a comment from behind a rule and puts it on a line of its own above.
void fix_comment(Finding& finding, const Source& source, std::string_view rest) {
  const std::string_view before = source.text().substr(0, finding.span.begin - source.base());
  const std::string_view line = before.substr(before.rfind('\n') + 1);  // from 0 where there is none
  finding.with_fix(source.span_of(line.substr(0, 0)), std::string(trimmed(rest)) + "\n");
  finding.with_fix(finding.span, "");
}

/// True for "my-host.example", not for a mistyped address such as "1.2.3.a-5": that would be repaired into a dead rule.
bool looks_like_name(std::string_view text) {
  const std::string_view last_label = text.substr(text.rfind('.') + 1);
  const bool ends_in_word = !last_label.empty() && std::all_of(last_label.begin(), last_label.end(), is_letter);
  return ends_in_word || (!text.empty() && is_letter(text.front()));
}

}  // namespace

void report_bad_verdict(const Source& source, std::string_view rest, Span address, Findings& findings,
                        bool is_refused) {
  const std::string_view word =
      rest.substr(0, std::min(rest.find_first_of(", \t", rest.find_first_not_of(" \t") + 1), rest.size()));
  const std::string_view shown = trimmed(word);
  const Span place = source.span_of(word.empty() ? rest.substr(0, 0) : word);
  if (const std::string_view ipv6 = ipv6_before_verdict(source, address, rest); !ipv6.empty())
    return report_ipv6_address(source, ipv6, findings, is_refused);
  auto& finding = findings.add(syntax::bad_verdict, place, "");
  if (shown.empty()) {
    finding.message = "there is no verdict behind the ':'; 'allow' or 'deny' is expected";
    finding.help = "write ':allow' or ':deny', whichever is meant";
    return;
  }
  const std::string_view meant = meant_verdict(shown);
  if (word != shown && (shown == "allow" || shown == "deny"))
    finding.message = fmt::format("the verdict {} must stand directly behind the ':', without blanks", quoted(shown));
  else
    finding.message = fmt::format("{} is no verdict; 'allow' or 'deny' is expected, in lower case", quoted(shown));
  finding.help = "a rule is 'ADDRESS:allow' or 'ADDRESS:deny'";
  if (meant.empty()) return;
  finding.with_help(fmt::format("write ':{}'", meant)).with_fix(place, std::string(meant));
}

/// A backslash at the end of a line, as shells, Makefiles and hosts.allow have it.
void report_continuation(const Source& source, std::string_view rest, const FindingKind& kind, Findings& findings) {
  findings.add(kind, source.span_of(rest), "a '\\' at the end of a line continues nothing here: a rule is one line")
      .with_help("take it away, and write the next line's text behind this one");
}

void report_text_behind(const Source& source, std::string_view rest, const EnvEdits& edits, Findings& findings) {
  const Span place = source.span_of(rest);
  const std::string_view shown = trimmed(rest);
  if (is_time(shown)) {
    findings
        .add(syntax::stale_grant, place,
             fmt::format("{} is the time of a POP-before-SMTP grant: the compiler refuses such a line, and a grant "
                         "ends after some hours",
                         quoted(shown)))
        .with_help(base_name(source.name()) == "open-smtp"
                       ? "delete the line, as vpopmail's clearopensmtp does with grants that are three hours old"
                       : "delete the line; grants for a while stand in a file of their own (open-smtp)");
    return;
  }
  if (shown == "\\") return report_continuation(source, rest, syntax::text_after_verdict, findings);
  if (!edits.empty() && static_cast<unsigned char>(rest.front()) >= 0x80) {
    auto& finding = findings.add(syntax::bad_quote, place,
                                 fmt::format("the value of {} is quoted with typographic quotes: only the first byte "
                                             "of the opening one counts as the quote, and {} is left over",
                                             quoted(edits.back().name()), quoted(shown)));
    finding.help = "write plain quotes: NAME=\"value\"";
    fix_typographic_quotes(finding, source, rest, edits.back().value());
    return;
  }
  const std::string_view before = edits.empty() ? "the verdict" : "the closing quote";
  auto& finding = findings.add(syntax::text_after_verdict, place,
                               fmt::format("{} behind {}: only ',NAME=\"value\"' may follow", quoted(shown), before));
  if (shown.starts_with("#")) {
    finding.help = "put the comment on a line of its own";
    fix_comment(finding, source, rest);
  } else if (shown.starts_with(",")) {
    finding.help = "write no blank before the ','";
    finding.with_fix(source.span_of(rest.substr(0, rest.find(','))), "");
  } else {
    finding.help = shown.starts_with(";") ? "write ',' between the verdict and the variables"
                                          : "delete it, or put it on a line of its own that begins with '#'";
  }
}

/// True when the line before `line` ends with a backslash, which has been told.
bool is_continued(std::string_view text, std::string_view line) {
  const std::string_view before = text.substr(0, static_cast<std::size_t>(line.data() - text.data()));
  if (!before.ends_with('\n')) return false;
  const std::string_view previous = before.substr(0, before.size() - 1);
  const std::size_t start = previous.rfind('\n') + 1;
  return trimmed_right(previous).ends_with('\\') && !previous.substr(start).starts_with('#');
}

void report_line_without_colon(const Source& source, std::string_view line, std::string_view consequence,
                               Findings& findings) {
  if (is_continued(source.text(), line)) return;
  auto& finding = findings.add(syntax::line_without_colon, source.span_of(line),
                               fmt::format("{} has no ':' and is no rule: {}", quoted(line), consequence));
  const std::size_t blank = line.find_first_of(" \t");
  const std::string_view word = blank == std::string_view::npos ? "" : trimmed(line.substr(blank));
  const std::string_view meant = meant_verdict(word);
  // "OK" and the like are of another grammar, whose keys are other ones, too
  if (!meant.empty() && !(is_upper(word.front()) && is_access_action(word))) {
    const std::string repaired = fmt::format("{}:{}", line.substr(0, blank), meant);
    finding.with_help(fmt::format("write '{}'", repaired)).with_fix(finding.span, repaired);
  } else {
    finding.help = "a rule is 'ADDRESS:allow' or 'ADDRESS:deny'; a comment begins with '#'";
  }
}

void report_bad_range(const Source& source, std::string_view address, Findings& findings) {
  const Span place = source.span_of(address);
  if (!looks_like_name(address)) {
    findings
        .add(syntax::bad_range, place,
             fmt::format("{} is no range of numbers, and the line is refused", quoted(address)))
        .with_help("a range is a number on each side of one '-': '10.1.2.5-9' or '10.2-3.'");
    return;
  }
  auto& finding = findings.add(
      syntax::name_with_dash, place,
      fmt::format(
          "{} is taken for a range because of its '-', and the line is refused; a host name needs a '=' in front",
          quoted(address)));
  // of a placeholder no '=' makes a name, and to let clients relay by name is nothing to do on the side
  const std::string_view line = source.text().substr(place.end - source.base());
  const bool relays = line.substr(0, line.find('\n')).find("RELAYCLIENT") != std::string_view::npos;
  if (address.find_first_of("<>{}$%[]()") == std::string_view::npos && !relays)
    finding.with_help(fmt::format("write '={}'", in_lower_case(address))).with_fix(place, "=" + in_lower_case(address));
}

void report_missing_equals(const Source& source, std::string_view rest, Findings& findings) {
  const std::string_view name = trimmed(trimmed(rest.substr(1)), ",");
  if (name == "\\") return report_continuation(source, rest, syntax::empty_variable, findings);
  auto& finding = findings.add(syntax::empty_variable, source.span_of(rest), "");
  if (name.empty()) {
    finding.message = "nothing follows the ','; ',NAME=\"value\"' is expected";
    finding.help = "delete the ','; a rule is one line, and what stands in the next one does not belong to it";
    finding.with_fix(finding.span, "");
    return;
  }
  finding.message =
      fmt::format("the variable {} has no '='; write ',{}=\"\"' to set it to nothing", quoted(name), name);
  if (is_variable_name(name)) finding.with_fix(finding.span, fmt::format(",{}=\"\"", name));
}

void report_missing_value(const Source& source, std::string_view rest, Findings& findings) {
  const std::string_view name = trimmed(rest.substr(1, rest.find('=') - 1));
  auto& finding =
      findings.add(syntax::empty_variable, source.span_of(rest),
                   fmt::format("the variable {} has no value; write ',NAME=\"\"' to set it to nothing", quoted(name)));
  if (is_variable_name(name)) finding.with_fix({finding.span.end, finding.span.end}, "\"\"");
}

void report_missing_quote(const Source& source, std::string_view value, Findings& findings) {
  const std::string_view quote = value.substr(0, 1);
  if (is_variable_name(quote)) {
    findings
        .add(syntax::bad_quote, source.span_of(value),
             fmt::format("the value has no quotes: its first byte, {}, is taken for the quote, and does not come again",
                         quoted(quote)))
        .with_help("put the value between quotes: NAME=\"value\"");
    return;
  }
  auto& finding = findings.add(
      syntax::bad_quote, source.span_of(value),
      fmt::format("the value begins with the quote {} and never ends: a second one is expected", quoted(quote)));
  finding.help = fmt::format("write {} behind the value, too", quote);
  // where more follows, nobody knows where the value was to end
  if ((quote == "\"" || quote == "'") && value.find_first_of(",#=") == std::string_view::npos)
    finding.with_fix({finding.span.end, finding.span.end}, std::string(quote));
}

std::string nul_message() { return "a NUL byte in a rule: it would cut a variable short or hide in a key"; }

std::string carriage_return_message() {
  return "the line ends in CR LF: tcprules takes the CR for text and refuses the file";
}

std::string carriage_return_help() { return "save the file with UNIX line ends (LF only)"; }

}  // namespace core
