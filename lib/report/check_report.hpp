// CheckReport: all that a run of the checks has to say, and the formats in which programs read it.
//
// A new format is a function in a file of its own and a line in the table. Text for people is not in the table: it depends on a
// terminal and folds what is repeated (text.hpp); what programs read is always whole.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"

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

/// One way to write a report. `format` gives the whole output, ending in a line feed unless it is empty.
struct ReportFormat {
  std::string_view name;  ///< as users type it after --format
  std::string (*format)(const CheckReport& report);
};

/// All formats for programs, sorted by name.
[[nodiscard]] std::span<const ReportFormat> report_formats();
/// The format that users call `name`; null when there is none.
[[nodiscard]] const ReportFormat* find_report_format(std::string_view name);

}  // namespace core
