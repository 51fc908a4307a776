// The rcpthosts format: qmail's list of domains that mail is accepted for from anybody (control/rcpthosts,
// morercpthosts).
//
//   file  := { line LF } [ line ]
//   line  := "#" anything | "" | domain blanks        blanks and tabs are cut at the end only
//
// Entries are kept as they are written, in lower case; whether one is a domain at all is for the checks to say. A file
// without entries is not an empty list of mistakes but a server that accepts nothing. Strict reading takes a CR away,
// and with it only the checks work; faithful reading has the entries that the program has.
//
// Compat (tests/unit/rcpthosts_test.cpp):
//   - a leading blank is part of the entry, and so is a CR: neither entry ever matches
//   - a NUL ends an entry and begins the next, and drops a line that begins with one (control_readfile and constmap);
//     in morercpthosts it is part of the entry, which then never matches (qmail-newmrh)
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "base/rule_lines.hpp"
#include "formats/final_newline.hpp"
#include "formats/registry.hpp"
#include "model/format.hpp"

namespace core {
namespace {

class ListReader {
 public:
  ListReader(const Source& source, Reading reading, DestinationList& list, Findings& findings)
      : source_(source), is_strict_(reading == Reading::strict), list_(list), findings_(findings) {}

  void read_all() {
    std::string_view rest = source_.text();
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      read_line(trimmed_right(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

 private:
  void read_line(std::string_view line) {
    if (line.empty() || line.front() == '#') return;
    if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
      findings_
          .add(syntax::control_character, source_.span_of(line.substr(nul, 1)),
               fmt::format("a NUL byte in {}: {}", quoted(line),
                           is_for_newmrh() ? "qmail-newmrh takes it for a part of the domain, which then never matches"
                                           : "qmail takes what is behind it for another domain"))
          .with_help("write one domain a line");
      if (!is_strict_) add_pieces(line, nul);
      return;
    }
    if (line.back() == '\r') {
      report_carriage_return(line.substr(line.size() - 1));
      if (is_strict_) line = trimmed_right(line, " \t\r");  // what is meant, so that the other checks can judge it
    }
    add(line);
  }

  void add(std::string_view entry) {
    if (!entry.empty()) list_.add({in_lower_case(entry), source_.span_of(entry)});
  }

  [[nodiscard]] bool is_for_newmrh() const { return source_.name().ends_with("morercpthosts"); }

  /// A line with a NUL, the first at `nul`.
  void add_pieces(std::string_view line, std::size_t nul) {
    if (is_for_newmrh()) return add(line);
    if (nul == 0) return;
    for (; nul != std::string_view::npos; nul = line.find('\0')) {
      add(line.substr(0, nul));
      line.remove_prefix(nul + 1);
    }
    add(line);
  }

  /// One finding for the file.
  void report_carriage_return(std::string_view cr) {
    if (std::exchange(has_carriage_return_, true)) return;
    Finding& finding =
        findings_.add(syntax::carriage_return, source_.span_of(cr),
                      "the line ends in CR LF: qmail takes the CR for a part of the domain, which then never matches");
    fix_line_ends(source_, finding.with_help("save the file with UNIX line ends; --fix strips the CR from every line"));
  }

  const Source& source_;
  bool is_strict_;
  DestinationList& list_;
  Findings& findings_;
  bool has_carriage_return_ = false;
};

void parse_rcpthosts(const Source& source, Reading reading, DestinationList& list, Findings& findings) {
  list.format = "rcpthosts";
  list.span = {list.entries().empty() ? source.base() : list.span.begin,
               source.base() + static_cast<std::uint32_t>(source.text().size())};
  ListReader(source, reading, list, findings).read_all();
  note_missing_newline(source, findings);
}

/// Never proof: many lists hold domains.
Confidence detect_domains(std::string_view text) {
  const auto is_name_byte = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; };
  std::size_t lines = 0;
  std::size_t domains = 0;
  for_each_rule_line(text, [&](std::string_view line) {
    ++lines;
    if (line.find('.') != std::string_view::npos && is_letter(line.back()) &&
        std::all_of(line.begin(), line.end(), is_name_byte))
      ++domains;
    return true;
  });
  return domains > 1 && domains * 2 > lines ? Confidence::possible : Confidence::none;
}

}  // namespace

}  // namespace core

const core::Format core::formats::rcpthosts = {
    .name = "rcpthosts",
    .summary = "qmail's rcpthosts and morercpthosts: domains that mail is accepted for",
    .file_patterns = "*rcpthosts",
    .traits = Traits::text | Traits::destinations | Traits::unix_lines,
    .detect = detect_domains,
    .parse_destinations = parse_rcpthosts,
};
