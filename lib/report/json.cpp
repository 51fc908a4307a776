// JSON by nlohmann's library: see json.hpp. Text of the user's that is no UTF-8 is replaced byte by byte with U+FFFD,
// because JSON cannot hold it.
#include "report/json.hpp"

#include "report/clients_json.hpp"

namespace core {
namespace {

/// file, line, column, end_line, end_column; the end is the column behind the last byte.
void add_place(Json& json, const Sources& sources, Span span) {
  const Source* source = sources.find(span.begin);
  if (source == nullptr) {
    for (const char* key : {"file", "line", "column", "end_line", "end_column"}) json[key] = nullptr;
    return;
  }
  const Position begin = sources.position(span.begin);
  const Position end = sources.position(span.end);
  json["file"] = source->name();
  json["line"] = begin.line;
  json["column"] = begin.column;
  json["end_line"] = end.line;
  json["end_column"] = end.column;
}

/// The place of each of `items`, and what `name` calls `what` of it.
template <typename Items, typename Text>
Json placed_json(const Items& items, const Sources& sources, const char* name, Text&& what) {
  Json list = Json::array();
  for (const auto& item : items) {
    add_place(list.emplace_back(), sources, item.span);
    list.back()[name] = what(item);
  }
  return list;
}

Json finding_json(const Finding& finding, const Sources& sources) {
  Json json;
  json["code"] = finding.kind->code;
  json["name"] = finding.kind->name;
  json["severity"] = severity_name(finding.severity);
  add_place(json, sources, finding.span);
  json["message"] = finding.message.text(sources);
  json["help"] = finding.help.empty() ? Json(nullptr) : Json(finding.help.text(sources));
  json["related"] = placed_json(finding.related, sources, "message",
                                [&](const Related& related) { return related.label.text(sources); });
  json["fix"] = placed_json(finding.fix, sources, "replacement", [](const Edit& edit) { return edit.replacement; });
  return json;
}

Json optional_json(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

}  // namespace

void write_findings_json(const CheckReport& report, const WriteText& write) {
  const Findings& findings = report.findings;
  write("{\"findings\":[");
  write_findings(report, ",", write,
                 [&](const Finding& finding) { return dump_json(finding_json(finding, report.sources)); });
  Json json;
  json["summary"] = {{"errors", findings.count(Severity::error)}, {"warnings", findings.count(Severity::warning)},
                     {"notes", findings.count(Severity::note)},   {"files", report.counts.files},
                     {"skipped", report.counts.skipped},          {"suppressed", report.counts.suppressed},
                     {"accepted", report.counts.accepted},        {"stale", report.counts.stale}};
  json["failures"] = report.failures;
  write("]," + format_json(json).substr(1));
}

std::string format_lookup_json(const LookupAnswer& answer) {
  Json json = client_json(answer.client);
  if (answer.is_table) {
    json["matched"] = optional_json(answer.matched);
    json["result"] = optional_json(answer.value);
    return format_json(json);
  }
  json["verdict"] = answer.allowed ? "allow" : "deny";
  json["matched"] = optional_json(answer.matched);
  json["env"] = env_json(answer.edits);
  json["relay"] = answer.relay;
  return format_json(json);
}

std::string format_lookup_error_json(std::size_t line, std::string_view error) {
  return format_json(Json{{"line", line}, {"error", error}});
}

}  // namespace core
