// Findings as checkstyle XML, which Jenkins, GitLab and many others read.
#pragma once

#include <string>

#include "report/check_report.hpp"

namespace core {

/// One <file> element for each file with findings. Columns count characters.
[[nodiscard]] std::string format_checkstyle(const CheckReport& report);

}  // namespace core
