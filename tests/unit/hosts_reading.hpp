// Reading hosts files in tests, and what was read as text.
#pragma once

#include <fmt/format.h>

#include <string>

#include "model/format.hpp"
#include "model/key.hpp"

namespace core {

struct Parsed {
  Sources sources;
  Policy policy;
  Findings findings;
};

inline void parse(Parsed& parsed, std::string_view text, std::string_view daemon = {},
                  std::string name = "hosts.allow") {
  const Format& format = *find_format("hosts_access");
  parsed.policy = new_policy(format);
  ParseOptions options;
  options.daemon = daemon;
  format.parse(*parsed.sources.add(std::move(name), text), options, parsed.policy, parsed.findings);
}

/// "line:col message [code name]; help" for each finding.
inline std::string show_findings(const Parsed& parsed) {
  std::string text;
  for (const Finding& finding : parsed.findings.all()) {
    const Position place = parsed.sources.position(finding.span.begin);
    text += fmt::format("{}:{} {} {} [{} {}]", place.line, place.column, quoted(parsed.sources.text(finding.span)),
                        finding.message.text(parsed.sources), finding.kind->code, finding.kind->name);
    if (!finding.help.empty()) text += "; " + finding.help.text(parsed.sources);
    for (const Edit& edit : finding.fix)
      text += fmt::format(" ({} -> {})", quoted(parsed.sources.text(edit.span)), quoted(edit.replacement));
    text += "\n";
  }
  return text;
}

/// The findings, and "daemons pattern verdict edits" for each rule.
inline std::string show(const Parsed& parsed) {
  std::string text = show_findings(parsed);
  for (const Rule rule : parsed.policy.rules) {
    std::string daemons;
    for (const std::string& daemon : parsed.policy.daemons_of(rule).names) daemons += daemon + ",";
    text += fmt::format("{}{} {}", daemons, quoted(format_pattern(rule.pattern())), access_name(rule.access()));
    for (const EnvEdit& edit : parsed.policy.edits_of(rule)) text += " " + quoted(edit.assignment);
    text += "\n";
  }
  return text;
}

}  // namespace core
