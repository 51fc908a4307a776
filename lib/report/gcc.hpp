// Findings as compilers write them, a line each, for editors: file:line:column: severity: message [name].
#pragma once

#include <string>

#include "report/check_report.hpp"

namespace core {

/// Columns count bytes, as gcc's do. A finding without a place has no "file:line:column: ".
[[nodiscard]] std::string format_gcc(const CheckReport& report);

}  // namespace core
