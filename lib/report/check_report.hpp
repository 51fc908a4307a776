// CheckReport: all that a run of the checks has to say, and the formats in which programs read it.
//
// A new format is a function below, in a source file of its own, and a line in the table. Text for people is not in the
// table: it depends on a terminal and folds what is repeated (text.hpp); what programs read is always whole.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "report/batches.hpp"

namespace core {

/// How much was looked at, and which findings are not in the report.
struct CheckCounts {
  std::size_t files = 0;       ///< files that were checked
  std::size_t skipped = 0;     ///< files in folders that are no rule files
  std::size_t suppressed = 0;  ///< findings that comments allow
  std::size_t accepted = 0;    ///< findings that the baseline knows
  std::size_t stale = 0;       ///< findings of the baseline that are no more
  bool summarised = false;     ///< say so even when nothing was found
};

/// The findings of one run and what happened besides.
struct CheckReport {
  const Findings& findings;  ///< sorted
  const Sources& sources;
  CheckCounts counts;
  std::vector<std::string> failures;  ///< what could not be read, a sentence each
};

/// One way to write a report. `write` gets the whole output in pieces, ending in a line feed unless it is empty: the
/// text of a hundred thousand findings is never in memory.
struct ReportFormat {
  std::string_view name;  ///< as users type it after --format
  void (*write)(const CheckReport& report, const WriteText& write);
};

/// Writes what `format` makes of each finding, in several threads, with `separator` between them.
template <typename Format>
void write_findings(const CheckReport& report, const char* separator, const WriteText& write, const Format& format) {
  report.sources.count_lines();
  write_list<const Finding*>(
      report.findings, [&](const Finding* finding) { return format(*finding); }, separator, write);
}

/// All formats for programs, sorted by name.
[[nodiscard]] std::span<const ReportFormat> report_formats();
/// The format that users call `name`; null when there is none.
[[nodiscard]] const ReportFormat* find_report_format(std::string_view name);

/// Checkstyle XML, which Jenkins, GitLab and many others read: a <file> element for each file with findings. Columns
/// count characters.
void write_checkstyle(const CheckReport& report, const WriteText& write);
/// As compilers write findings, a line each, for editors: "file:line:column: severity: message [name]". Columns count
/// bytes, as gcc's do. A finding without a place has no "file:line:column: ".
void write_gcc(const CheckReport& report, const WriteText& write);
/// Workflow commands, which GitHub shows beside the lines of a change: "::error file=...,line=...::message", a line
/// each; columns count characters.
void write_github(const CheckReport& report, const WriteText& write);
/// SARIF 2.1.0, the interchange format of static analysis (OASIS): one run, with all checks as its rules. Columns count
/// Unicode code points; bytes that are no UTF-8 count one each.
void write_sarif(const CheckReport& report, const WriteText& write);

}  // namespace core
