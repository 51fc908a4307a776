// What the tcprules parser says of lines that it cannot read. Apart from the parser, so that the grammar stays
// readable.
//
// All of these are reached once per broken line; none is on the way of a good one.
#pragma once

#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/policy.hpp"

namespace core {

/// `rest` is what stands behind the colon; `address` the part before it. `is_refused` tells what becomes of the line.
void report_bad_verdict(const Source& source, std::string_view rest, Span address, Findings& findings,
                        bool is_refused = true);
/// `rest` begins where a comma or the end of the line should be; `edits` are those read before it.
void report_text_behind(const Source& source, std::string_view rest, const EnvEdits& edits, Findings& findings);
/// `consequence` is what the compiler does with `line`: "tcprules drops this line in silence".
void report_line_without_colon(const Source& source, std::string_view line, std::string_view consequence,
                               Findings& findings);
/// `address` has a "-" between things that are no numbers.
void report_bad_range(const Source& source, std::string_view address, Findings& findings);

/// `rest` begins with the comma before a variable that has no "=", or nothing behind it.
void report_missing_equals(const Source& source, std::string_view rest, Findings& findings);
void report_missing_value(const Source& source, std::string_view rest, Findings& findings);
/// `value` begins with a quote that does not come again.
void report_missing_quote(const Source& source, std::string_view value, Findings& findings);

[[nodiscard]] std::string nul_message();
[[nodiscard]] std::string carriage_return_message();
[[nodiscard]] std::string carriage_return_help();

}  // namespace core
