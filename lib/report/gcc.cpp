// One line for each finding: see check_report.hpp.
#include "report/check_report.hpp"

#include "report/format_shown.hpp"

namespace core {

std::string format_gcc(const CheckReport& report) {
  std::string text;
  for (const Finding& finding : report.findings.all()) {
    if (const Source* source = report.sources.find(finding.span.begin)) {
      const Position position = report.sources.position(finding.span.begin);
      text += format_shown("{}:{}:{}: ", source->name(), position.line, position.column);
    }
    text += format_shown("{}: {} [{}]\n", severity_name(finding.severity), finding.message, finding.kind->name);
  }
  return text;
}

}  // namespace core
