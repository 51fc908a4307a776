// Findings as text: see text.hpp.
//
// Columns count bytes, as every compiler's do; the underline counts what a terminal shows, so that it stands under the
// right letters in lines with tabs, multi-byte and wide characters, and escapes for bytes that must not reach a
// terminal.
#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/utf8.hpp"
#include "lint/repair.hpp"
#include "report/format_shown.hpp"
#include "report/terminal.hpp"

namespace core {
namespace {

struct Colours {
  std::string_view place, error, warning, note, line, reset;
};

constexpr Colours no_colours = {"", "", "", "", "", ""};
constexpr Colours ansi_colours = {"\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;36m", "\033[34m", "\033[0m"};

const Colours& colours_of(const TextStyle& style) { return style.colour ? ansi_colours : no_colours; }

std::string_view colour_of(Severity severity, const Colours& colours) {
  if (severity == Severity::error) return colours.error;
  return severity == Severity::warning ? colours.warning : colours.note;
}

std::string format_place(const Sources& sources, Span span) {
  const Source* source = sources.find(span.begin);
  if (source == nullptr) return {};
  const Position position = sources.position(span.begin);
  return format_shown("{}:{}:{}: ", source->name(), position.line, position.column);
}

/// Longest piece of a source line that is shown; a line of ten megabytes must not be printed whole.
constexpr std::size_t shown_bytes = 160;

/// The part of `line` that is shown, and in it the bytes [begin, end) that are marked. Neither cuts a character in two.
struct Window {
  std::string_view line;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// `at`, or the start of the UTF-8 character that it lies in.
std::size_t character_start(std::string_view line, std::size_t at) {
  for (std::size_t back = 1; back < 4 && back <= at; ++back)
    if (utf8_length(line.substr(at - back)) > back) return at - back;
  return at;
}

std::size_t character_end(std::string_view line, std::size_t at) {
  const std::size_t start = at < line.size() ? character_start(line, at) : at;
  return start == at ? at : start + utf8_length(line.substr(start));
}

Window window_around(std::string_view line, std::size_t begin, std::size_t size) {
  std::size_t cut = 0;
  if (line.size() > shown_bytes && begin > shown_bytes / 2) cut = character_start(line, begin - shown_bytes / 2);
  line.remove_prefix(std::min(cut, line.size()));
  if (line.size() > shown_bytes) line = line.substr(0, character_start(line, shown_bytes));
  while (display_width(printable(line)) > shown_bytes)  // escapes take four columns
    line = line.substr(0, character_start(line, line.size() - line.size() / 4));
  begin = std::min(begin - cut, line.size());
  const std::size_t end = std::min<std::size_t>(begin + size, line.size());
  return {line, character_start(line, begin), character_end(line, end)};
}

/// The source line, cut to a window around the place, and the underline below it.
std::string format_excerpt(const Sources& sources, Span span, const Colours& colours, std::string_view mark) {
  if (sources.find(span.begin) == nullptr) return {};
  const Position position = sources.position(span.begin);
  const std::string_view line = sources.line_around(span.begin);
  if (line.empty()) return {};
  const Window window = window_around(line, position.column - 1, span.size());
  const std::string before = printable(window.line.substr(0, window.begin));
  const std::string under = printable(window.line.substr(window.begin, window.end - window.begin));
  const std::size_t indent = display_width(before);
  const std::size_t width = std::max<std::size_t>(display_width(under), 1);
  return fmt::format("{}{:>6} |{} {}\n", colours.line, position.line, colours.reset, printable(window.line)) +
         fmt::format("{}       |{} {}{}^{}{}\n", colours.line, colours.reset, std::string(indent, ' '), mark,
                     std::string(width - 1, '~'), colours.reset);
}

/// Counts what is repeated: the same check with the same severity in the same file.
class Folding {
 public:
  struct Place {
    bool shown = true;
    std::size_t folded_behind = 0;  ///< so many follow that are not shown
  };

  Folding(const Findings& findings, const Sources& sources, const TextStyle& style)
      : sources_(sources), shown_at_most_(style.fold_after) {
    if (shown_at_most_ == 0) return;
    for (const Finding& finding : findings.all()) {
      ++counts_[key(finding)].total;
      if (finding.kind->name == "wrong-format") foreign_.insert(sources_.find(finding.span.begin));
    }
  }

  /// What becomes of `finding`; each is asked for once, in order.
  Place next(const Finding& finding) {
    if (shown_at_most_ == 0) return {};
    Count& count = counts_[key(finding)];
    ++count.seen;
    // of a file that is none of ours, what its lines lack tells nothing more
    const std::size_t most = foreign_.contains(sources_.find(finding.span.begin)) ? 1 : shown_at_most_;
    if (count.seen > most) return {false, 0};
    return {true, count.seen == most ? count.total - count.seen : 0};
  }

 private:
  struct Count {
    std::size_t total = 0;
    std::size_t seen = 0;
  };
  using Key = std::tuple<const Source*, const FindingKind*, Severity>;

  Key key(const Finding& finding) const { return {sources_.find(finding.span.begin), finding.kind, finding.severity}; }

  const Sources& sources_;
  std::size_t shown_at_most_;
  std::map<Key, Count> counts_;
  std::set<const Source*> foreign_;
};

std::string format_folded(const Finding& finding, std::size_t count, const TextStyle& style) {
  const Colours& colours = colours_of(style);
  return fmt::format("{}and {} more like this ({} {}); --all shows them{}\n", colours.line, with_commas(count),
                     finding.kind->code, finding.kind->name, colours.reset);
}

}  // namespace

std::string format_finding(const Finding& finding, const Sources& sources, const TextStyle& style) {
  const Colours& colours = colours_of(style);
  const std::string_view mark = colour_of(finding.severity, colours);
  std::string text = fmt::format("{}{}{}{}{}: {}{}{}{} [{} {}]\n", colours.place, format_place(sources, finding.span),
                                 mark, severity_name(finding.severity), colours.reset, colours.place,
                                 printable(finding.message.text(sources)), colours.reset, colours.line,
                                 finding.kind->code, finding.kind->name);
  if (style.colour) text.insert(text.size() - 1, colours.reset);
  text += format_excerpt(sources, finding.span, colours, mark);
  for (const Related& related : finding.related) {
    text += fmt::format("{}       = note: {}{}{}\n", colours.line, colours.reset, format_place(sources, related.span),
                        printable(related.label.text(sources)));
    text += format_excerpt(sources, related.span, colours, colours.note);
  }
  if (!finding.help.empty())
    text += fmt::format("{}       = help: {}{}\n", colours.line, colours.reset, printable(finding.help.text(sources)));
  return text;
}

std::string format_findings(const Findings& findings, const Sources& sources, const TextStyle& style) {
  Folding folding(findings, sources, style);
  std::string text;
  for (const Finding& finding : findings.all()) {
    if (!style.notes && finding.severity == Severity::note) continue;
    const Folding::Place place = folding.next(finding);
    if (!place.shown) continue;
    if (!text.empty()) text += '\n';
    text += format_finding(finding, sources, style);
    if (place.folded_behind != 0) text += "\n" + format_folded(finding, place.folded_behind, style);
  }
  return text;
}

std::string format_summary(const CheckReport& report) {
  std::string text;
  const auto append = [&](std::size_t count, std::string_view noun, std::string_view separator) {
    if (count != 0) text += fmt::format("{}{}", text.empty() ? "" : separator, plural(count, noun));
  };
  append(report.findings.count(Severity::error), "error", ", ");
  append(report.findings.count(Severity::warning), "warning", ", ");
  append(report.findings.count(Severity::note), "note", ", ");
  if (text.empty()) text = "no findings";
  if (report.counts.files > 1 || report.counts.summarised) text += " in " + plural(report.counts.files, "file");
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count != 0) text += fmt::format("; {} {}", with_commas(count), what);
  };
  add(report.counts.skipped, "skipped");
  add(report.counts.suppressed, "allowed by comments");
  add(report.counts.accepted, "accepted by the baseline");
  add(report.counts.stale, "of the baseline are gone: write it anew");
  return text;
}

std::string format_advice(const Findings& findings) {
  const auto& all = findings.all();
  const auto worst = std::max_element(all.begin(), all.end(),
                                      [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  if (worst == all.end() || worst->severity == Severity::note) return {};
  std::string text = fmt::format("'relayrules explain {}' tells more", worst->kind->name);
  const auto repairs = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const Finding& finding) { return !finding.fix.empty(); }));
  if (repairs != 0)
    text += fmt::format("; --fix makes {}, --diff shows {}", plural(repairs, "repair"), repairs == 1 ? "it" : "them");
  return text;
}

std::string format_statistics(const Findings& findings) {
  std::map<std::pair<const FindingKind*, Severity>, std::size_t> counts;
  for (const Finding& finding : findings.all()) ++counts[{finding.kind, finding.severity}];
  using Row = std::tuple<std::size_t, std::string_view, std::string_view, Severity>;
  std::vector<Row> rows;
  for (const auto& [what, count] : counts) rows.emplace_back(count, what.first->code, what.first->name, what.second);
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::get<0>(a) != std::get<0>(b) ? std::get<0>(a) > std::get<0>(b) : std::get<1>(a) < std::get<1>(b);
  });
  std::string text;
  for (const auto& [count, code, name, severity] : rows)
    text += fmt::format("{:>9}  {}  {:<8} {}\n", with_commas(count), code, severity_name(severity), name);
  return text;
}

}  // namespace core
