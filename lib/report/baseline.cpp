// Making, writing and applying a baseline: see baseline.hpp.
#include "report/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "lint/check.hpp"
#include "report/clients_json.hpp"

namespace core {
namespace {

/// FNV-1a: the same on every machine and in every version, which std::hash is not.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

/// `code` is that of the finding, or of its part.
Baseline::key_type identity(const Finding& finding, std::string_view code, const Sources& sources) {
  const Source* source = sources.find(finding.span.begin);
  return {std::string(code), source == nullptr ? "" : printable(source->name()),
          fmt::format("{:016x}", hash_of(sources.line_around(finding.span.begin)))};
}

}  // namespace

Baseline make_baseline(const Findings& findings, const Sources& sources) {
  Baseline baseline;
  for (const Finding& finding : findings.all()) ++baseline[identity(finding, finding.kind->code, sources)];
  return baseline;
}

std::string format_baseline(const Baseline& baseline) {
  std::string text = "{\"relayrules_baseline\":1,\"findings\":[";
  std::string_view separator = "\n";
  for (const auto& [key, count] : baseline) {
    const auto& [code, file, line] = key;
    std::string entry = format_json(Json{{"code", code}, {"file", file}, {"line_hash", line}, {"count", count}});
    entry.pop_back();
    text += fmt::format("{}{}", separator, entry);
    separator = ",\n";
  }
  return text + "\n]}\n";
}

std::optional<Baseline> parse_baseline(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("relayrules_baseline", Json()) != 1 || !json.contains("findings"))
    return std::nullopt;
  Baseline baseline;
  for (const Json& entry : json["findings"]) {
    if (!entry.is_object()) return std::nullopt;
    for (const char* key : {"code", "file", "line_hash"})
      if (!entry.contains(key) || !entry[key].is_string()) return std::nullopt;
    if (!entry.contains("count") || !entry["count"].is_number_unsigned()) return std::nullopt;
    baseline[{entry["code"].get<std::string>(), entry["file"].get<std::string>(),
              entry["line_hash"].get<std::string>()}] += entry["count"].get<std::size_t>();
  }
  return baseline;
}

std::size_t accept_findings(Baseline& baseline, Findings& findings, const Sources& sources) {
  const std::size_t accepted = std::erase_if(findings.all(), [&](const Finding& finding) {
    auto known = baseline.find(identity(finding, finding.kind->code, sources));
    if (known == baseline.end()) known = baseline.find(identity(finding, finding.part, sources));
    if (known == baseline.end()) return false;
    if (--known->second == 0) baseline.erase(known);
    return true;
  });
  // what two checks said of a line once, one says now: that the other is silent is no progress
  std::erase_if(baseline, [](const auto& entry) {
    const std::string& code = std::get<0>(entry.first);
    const Called called = what_is_called(code);
    return called.check != nullptr && called.check->kind.code != code;
  });
  return accepted;
}

}  // namespace core
