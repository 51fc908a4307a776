// Workflow commands: see check_report.hpp. A message is data up to the end of the line, a property up to the next
// comma; what would end them too early is escaped as GitHub's own toolkit does it, and a log shows them as a terminal
// does.
#include "report/check_report.hpp"

#include <fmt/format.h>

#include "report/place.hpp"

namespace core {
namespace {

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos)
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out;
}

std::string escaped_data(std::string_view text) { return escaped(printable(text), "%"); }
std::string escaped_property(std::string_view text) { return escaped(printable(text), "%:,"); }

std::string_view command_of(Severity severity) {
  return severity == Severity::note ? "notice" : severity_name(severity);
}

std::string place_properties(const Sources& sources, Span span) {
  const auto place = character_place(sources, span);
  if (!place) return {};
  std::string text = fmt::format("file={},line={},endLine={},col={},", escaped_property(place->file), place->line,
                                 place->end_line, place->column);
  // GitHub refuses an end column on another line; it means the last character, not the one behind it
  if (place->line == place->end_line && place->end_column > place->column)
    text += fmt::format("endColumn={},", place->end_column - 1);
  return text;
}

}  // namespace

void write_github(const CheckReport& report, const WriteText& write) {
  write_findings(report, "", write, [&](const Finding& finding) {
    const std::string help = finding.help.empty() ? "" : "%0Ahelp: " + escaped_data(finding.help.text(report.sources));
    return fmt::format("::{} {}title={} {}::{}\n", command_of(finding.severity),
                       place_properties(report.sources, finding.span), finding.kind->code, finding.kind->name,
                       escaped_data(finding.message.text(report.sources)) + help);
  });
  for (const std::string& failure : report.failures) write(fmt::format("::error ::{}\n", escaped_data(failure)));
}

}  // namespace core
