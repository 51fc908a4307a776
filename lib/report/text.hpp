// Findings as text for people: path:line:column, severity, message, the line with the place underlined, help.
//
//   tcp.smtp:12:1: warning: '10.0.0' can never match a client: not a full address and no final '.' [RR301
//   prefix-without-dot]
//      12 | 10.0.0:deny
//         | ^~~~~~
//         = help: write '10.0.0.' for 10.0.0.0 - 10.0.0.255
#pragma once

#include <string>

#include "report/check_report.hpp"

namespace core {

struct TextStyle {
  bool colour = false;
  bool notes = true;           ///< false leaves findings of severity note out
  std::size_t fold_after = 0;  ///< of one check in one file, show so many and count the rest; 0 shows all
};

/// One finding, ending in a line feed.
[[nodiscard]] std::string format_finding(const Finding& finding, const Sources& sources, const TextStyle& style);
/// The findings that `style` wants, a blank line between them. What is folded is counted in a line of its own.
[[nodiscard]] std::string format_findings(const Findings& findings, const Sources& sources, const TextStyle& style);
/// "1 error, 2 warnings in 3 files; 7 skipped"; "no findings" when there are none.
[[nodiscard]] std::string format_summary(const CheckReport& report);
/// What to do next: "'relayrules explain open-relay' tells more; --fix makes 2 repairs, --diff shows them". Empty when
/// there are only notes.
[[nodiscard]] std::string format_advice(const Findings& findings);
/// How often each check fired, the most frequent first, a line each.
[[nodiscard]] std::string format_statistics(const Findings& findings);

}  // namespace core
