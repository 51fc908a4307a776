// Findings as SARIF 2.1.0, the interchange format of static analysis (OASIS): code scanning services take it.
#pragma once

#include <string>

#include "report/check_report.hpp"

namespace core {

/// One run, with all checks as its rules. Columns count Unicode code points; bytes that are no UTF-8 count one each.
[[nodiscard]] std::string format_sarif(const CheckReport& report);

}  // namespace core
