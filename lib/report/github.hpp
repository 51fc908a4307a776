// Findings as workflow commands: GitHub shows them beside the lines of a change.
#pragma once

#include <string>

#include "report/check_report.hpp"

namespace core {

/// "::error file=...,line=...::message", a line each; columns count characters.
[[nodiscard]] std::string format_github(const CheckReport& report);

}  // namespace core
