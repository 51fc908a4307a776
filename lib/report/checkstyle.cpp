// Writing checkstyle XML: see check_report.hpp. An element stands in one line.
#include "report/check_report.hpp"

#include <fmt/format.h>

#include "report/markup.hpp"
#include "report/place.hpp"

namespace core {
namespace {

std::string_view severity_of(Severity severity) {
  return severity == Severity::note ? "info" : severity_name(severity);
}

std::string error_element(const Finding& finding, const Sources& sources) {
  const auto place = character_place(sources, finding.span);
  const std::string position = place ? fmt::format("line=\"{}\" column=\"{}\" ", place->line, place->column) : "";
  return fmt::format("    <error {}severity=\"{}\" message=\"{}\" source=\"relayrules.{}.{}\"/>\n", position,
                     severity_of(finding.severity), escaped_markup(finding.message.text(sources)), finding.kind->code,
                     finding.kind->name);
}

}  // namespace

void write_checkstyle(const CheckReport& report, const WriteText& write) {
  write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
  const Source* open = nullptr;
  bool any = false;
  for (const Finding& finding : report.findings.all()) {
    const Source* source = report.sources.find(finding.span.begin);
    if (!any || source != open) {
      if (any) write("  </file>\n");
      write(fmt::format("  <file name=\"{}\">\n", escaped_markup(source == nullptr ? "" : source->name())));
    }
    any = true;
    open = source;
    write(error_element(finding, report.sources));
  }
  write(any ? "  </file>\n</checkstyle>\n" : "</checkstyle>\n");
}

}  // namespace core
