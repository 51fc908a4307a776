// Writing SARIF: see check_report.hpp. The section numbers are those of the OASIS standard.
#include "report/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "lint/check.hpp"
#include "report/clients_json.hpp"
#include "report/explain.hpp"
#include "report/place.hpp"

namespace core {
namespace {

/// A path as a URI reference (3.4.3): everything but unreserved characters and '/' is percent-encoded.
std::string uri_of(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = is_letter(c) || is_digit(c) || std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain)
      uri += c;
    else
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

Json artifact_json(std::string_view file) { return Json{{"uri", uri_of(file)}}; }

Json region_json(const CharacterPlace& place) {
  return Json{{"startLine", place.line},
              {"startColumn", place.column},
              {"endLine", place.end_line},
              {"endColumn", place.end_column}};
}

Json physical_json(const CharacterPlace& place) {
  return Json{{"artifactLocation", artifact_json(place.file)}, {"region", region_json(place)}};
}

Json rule_json(const Check& check) {
  Json json;
  json["id"] = check.kind.code;
  json["name"] = check.kind.name;
  for (const Alias& alias : check.aliases) {
    if (alias.code.empty()) break;
    json["deprecatedIds"].push_back(alias.code);
    json["deprecatedNames"].push_back(alias.name);
  }
  json["shortDescription"] = Json{{"text", std::string(check.summary) + "."}};
  json["fullDescription"] = Json{{"text", check.rationale}};
  json["help"] = Json{{"text", explain_check(check)}, {"markdown", explain_check_markdown(check)}};
  json["defaultConfiguration"] = Json{{"level", severity_name(check.kind.severity)}};
  return json;
}

Json driver_json() {
  Json json{{"name", "relayrules"}, {"version", RELAYRULES_VERSION}, {"rules", Json::array()}};
  for (const Check* check : all_checks()) json["rules"].push_back(rule_json(*check));
  return json;
}

/// The position of a kind among the rules; -1, the standard's default, when a kind has no page.
std::ptrdiff_t rule_index(const FindingKind& kind) {
  const auto checks = all_checks();
  const auto found =
      std::find_if(checks.begin(), checks.end(), [&](const Check* check) { return check->kind.code == kind.code; });
  return found == checks.end() ? -1 : found - checks.begin();
}

/// The replacements of one fix, a change for each file (3.55, 3.56).
Json fix_json(const Finding& finding, const Sources& sources) {
  Json changes = Json::array();
  const Source* changed = nullptr;
  for (const Edit& edit : finding.fix) {
    const auto place = character_place(sources, edit.span);
    if (!place) continue;
    const Source* source = sources.find(edit.span.begin);
    if (source != changed)
      changes.push_back(Json{{"artifactLocation", artifact_json(place->file)}, {"replacements", Json::array()}});
    changed = source;
    Json replacement{{"deletedRegion", region_json(*place)}};
    if (!edit.replacement.empty()) replacement["insertedContent"] = Json{{"text", edit.replacement}};
    changes.back()["replacements"].push_back(std::move(replacement));
  }
  if (changes.empty()) return Json::array();
  Json fix;
  if (!finding.help.empty()) fix["description"] = Json{{"text", finding.help.text(sources)}};
  fix["artifactChanges"] = std::move(changes);
  return Json::array({std::move(fix)});
}

Json related_json(const Finding& finding, const Sources& sources) {
  Json list = Json::array();
  for (const Related& related : finding.related) {
    const auto place = character_place(sources, related.span);
    if (!place) continue;
    list.push_back(Json{{"id", list.size() + 1},
                        {"physicalLocation", physical_json(*place)},
                        {"message", Json{{"text", related.label.text(sources)}}}});
  }
  return list;
}

Json result_json(const Finding& finding, const Sources& sources) {
  Json json;
  json["ruleId"] = finding.kind->code;
  json["ruleIndex"] = rule_index(*finding.kind);
  json["level"] = severity_name(finding.severity);
  const std::string help = finding.help.empty() ? "" : "\n" + finding.help.text(sources);
  json["message"] = Json{{"text", finding.message.text(sources) + help}};
  json["locations"] = Json::array();
  if (const auto place = character_place(sources, finding.span))
    json["locations"].push_back(Json{{"physicalLocation", physical_json(*place)}});
  if (Json related = related_json(finding, sources); !related.empty()) json["relatedLocations"] = std::move(related);
  if (Json fixes = fix_json(finding, sources); !fixes.empty()) json["fixes"] = std::move(fixes);
  return json;
}

Json invocation_json(const CheckReport& report) {
  Json json{{"executionSuccessful", report.failures.empty()}};
  for (const std::string& failure : report.failures)
    json["toolExecutionNotifications"].push_back(Json{{"level", "error"}, {"message", Json{{"text", failure}}}});
  return json;
}

}  // namespace

void write_sarif(const CheckReport& report, const WriteText& write) {
  Json run;
  run["tool"] = Json{{"driver", driver_json()}};
  run["invocations"] = Json::array({invocation_json(report)});
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = Json::array();
  Json log;
  log["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"] = Json::array({std::move(run)});
  const std::string text = format_json(log);
  const std::size_t behind_results = text.size() - std::string_view("]}]}\n").size();
  write(std::string_view(text).substr(0, behind_results));
  write_findings(report, ",", write,
                 [&](const Finding& finding) { return dump_json(result_json(finding, report.sources)); });
  write(std::string_view(text).substr(behind_results));
}

}  // namespace core
