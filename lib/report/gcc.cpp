// One line for each finding: see check_report.hpp.
#include "report/check_report.hpp"

#include "report/format_shown.hpp"

namespace core {

void write_gcc(const CheckReport& report, const WriteText& write) {
  write_findings(report, "", write, [&](const Finding& finding) {
    std::string place;
    if (const Source* source = report.sources.find(finding.span.begin)) {
      const Position position = report.sources.position(finding.span.begin);
      place = format_shown("{}:{}:{}: ", source->name(), position.line, position.column);
    }
    return place + format_shown("{}: {} [{}]\n", severity_name(finding.severity), finding.message.text(report.sources),
                                finding.kind->name);
  });
}

}  // namespace core
