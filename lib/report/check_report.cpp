// The table of formats for programs: see check_report.hpp.
#include "report/check_report.hpp"

#include "report/json.hpp"

namespace core {
namespace {

constexpr ReportFormat formats[] = {
    {"checkstyle", write_checkstyle}, {"gcc", write_gcc},     {"github", write_github},
    {"json", write_findings_json},    {"sarif", write_sarif},
};

}  // namespace

std::span<const ReportFormat> report_formats() { return formats; }

const ReportFormat* find_report_format(std::string_view name) {
  for (const ReportFormat& format : formats)
    if (format.name == name) return &format;
  return nullptr;
}

}  // namespace core
