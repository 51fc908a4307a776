// Reading .relayrules.toml: see settings.hpp. toml++ is used as headers only and without exceptions: it reports an
// error and its place.
#include "lint/settings.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/ascii_case.hpp"
#include "base/edit_distance.hpp"
#include "base/file.hpp"
#include "base/utf8.hpp"
#include "lint/check.hpp"

namespace core {
namespace {

struct ThresholdSetting {
  std::string_view name;
  std::uint8_t Thresholds::*value;
  std::uint8_t most;
};
constexpr std::array threshold_settings = {
    ThresholdSetting{"wide-relay-net-ipv4", &Thresholds::wide_relay_net_ipv4, 32},
    ThresholdSetting{"wide-relay-net-ipv6", &Thresholds::wide_relay_net_ipv6, 128},
};

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  for (const std::string_view name : known)
    if (edit_distance(word, name, 2) <= 2) return fmt::format("did you mean '{}'?", name);
  std::string names;
  for (const std::string_view name : known) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", name);
  return "known are " + names;
}

/// Offset of a place in `text`; toml++ counts characters.
std::size_t offset_of(std::string_view text, const toml::source_position& position) {
  std::size_t at = 0;
  for (std::size_t line = 1; line < position.line && at < text.size(); ++line)
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  for (std::size_t column = 1; column < position.column && at < text.size() && text[at] != '\n'; ++column)
    at += std::max<std::size_t>(utf8_length(text.substr(at)), 1);
  return at;
}

class SettingsReader {
 public:
  SettingsReader(const Source& source, Findings& findings) : source_(source), findings_(findings) {}

  Settings read() {
    const toml::parse_result result = toml::parse(source_.text());
    if (!result) {
      report(result.error().source(), fmt::format("this is no TOML: {}", result.error().description()), "");
      return {};
    }
    Settings settings;
    for (const auto& [key, node] : result.table()) {
      if (key.str() == "path")
        read_paths(node, settings);
      else if (!read_choice(key, node, settings.choice))
        report_key(key,
                   {"program", "daemon", "service", "paranoid", "select", "ignore", "severity", "thresholds", "path"});
    }
    return settings;
  }

 private:
  void report(const toml::source_region& region, std::string message, std::string help) {
    const std::string_view text = source_.text();
    const std::size_t begin = offset_of(text, region.begin);
    const std::size_t end = std::max(begin, offset_of(text, region.end));
    const std::size_t line_end = std::min(text.find('\n', begin), text.size());
    findings_.add(bad_setting, source_.span_of(text.substr(begin, std::min(end, line_end) - begin)), std::move(message))
        .with_help(std::move(help));
  }

  void report_key(const toml::key& key, const std::vector<std::string_view>& known) {
    report(key.source(), fmt::format("there is no setting {}", quoted(key.str())), did_you_mean(key.str(), known));
  }

  /// Reads what may stand at the top and in a [[path]]; false when `key` is something else.
  bool read_choice(const toml::key& key, const toml::node& node, Choice& choice) {
    if (key.str() == "select")
      read_selectors(node, choice.select, false);
    else if (key.str() == "ignore")
      read_selectors(node, choice.ignore, true);
    else if (key.str() == "severity")
      read_severities(node, choice);
    else if (key.str() == "thresholds")
      read_thresholds(node, choice);
    else
      return read_reader(key, node, choice);
    return true;
  }

  /// Reads what is said of the program behind the rules; false when `key` is something else.
  bool read_reader(const toml::key& key, const toml::node& node, Choice& choice) {
    if (key.str() == "program")
      choice.program = read_name(node, "this is no program", all_programs(), &ProgramFacts::program);
    else if (key.str() == "service")
      choice.service =
          read_name(node, "this is no service", std::span<const ServiceName>(service_names), &ServiceName::service);
    else if (key.str() == "paranoid")
      read_paranoid(node, choice);
    else if (key.str() == "daemon")
      read_daemon(node, choice);
    else
      return false;
    return true;
  }

  /// What `known` has under the name that is written; none when it has nothing, which is reported.
  template <typename Known, typename Value>
  std::optional<Value> read_name(const toml::node& node, std::string message, std::span<const Known> known,
                                 Value Known::*value) {
    const std::string name = node.value_or(std::string());
    std::vector<std::string_view> names;
    for (const Known& one : known) {
      if (one.name == name) return one.*value;
      names.push_back(one.name);
    }
    report(node.source(), std::move(message), did_you_mean(name, names));
    return std::nullopt;
  }

  void read_paranoid(const toml::node& node, Choice& choice) {
    if (!node.is_boolean()) return report(node.source(), "this is neither true nor false", "write true or false");
    choice.paranoid = **node.as_boolean();
  }

  void read_daemon(const toml::node& node, Choice& choice) {
    const std::string name = node.value_or(std::string());
    if (name.empty()) return report(node.source(), "this names no daemon", "write for instance daemon = \"tcp-env\"");
    choice.daemon = name;
  }

  void read_paths(const toml::node& node, Settings& settings) {
    const toml::array* tables = node.as_array();
    if (tables == nullptr || !tables->is_array_of_tables())
      return report(node.source(), "'path' is a list of tables", "write '[[path]]'");
    for (const toml::node& table : *tables) read_path(*table.as_table(), settings);
  }

  void read_path(const toml::table& table, Settings& settings) {
    PathChoice path;
    for (const auto& [key, node] : table) {
      if (key.str() == "files" && node.is_string())
        path.files = **node.as_string();
      else if (key.str() == "files")
        report(node.source(), "'files' is a pattern in quotes", "write for instance files = \"lab/*\"");
      else if (!read_choice(key, node, path.choice))
        report_key(key,
                   {"files", "program", "daemon", "service", "paranoid", "select", "ignore", "severity", "thresholds"});
    }
    if (path.files.empty() && table.get("files") == nullptr)
      report(table.source(), "this [[path]] has no 'files', so it is for none", "write for instance files = \"lab/*\"");
    settings.paths.push_back(std::move(path));
  }

  void read_selectors(const toml::node& node, std::vector<std::string>& selectors, bool ignored) {
    const toml::array* list = node.as_array();
    if (list == nullptr)
      return report(node.source(), "this is no list of checks", "write for instance [\"RR4\", \"prefix-without-dot\"]");
    for (const toml::node& entry : *list) {
      const std::string name = entry.value_or(std::string());
      const Check* check = find_check(name);
      if (!is_selector(name))
        report_unknown_check(entry.source(), name);
      else if (ignored && check != nullptr && is_grammar_error(*check))
        report_grammar_error(entry.source(), name);
      else
        selectors.push_back(name);
    }
  }

  void report_unknown_check(const toml::source_region& region, std::string_view name) {
    const std::string_view closest = closest_check_name(name);
    report(region, fmt::format("there is no check {}", quoted(name)),
           closest.empty() ? "'relayrules checks' lists them" : fmt::format("did you mean '{}'?", closest));
  }

  void report_grammar_error(const toml::source_region& region, std::string_view name) {
    report(region, fmt::format("'{}' is always an error: a line that is not understood may be a denial", name),
           "mend the lines that it is about");
  }

  void read_severities(const toml::node& node, Choice& choice) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return report(node.source(), "'severity' is a table", "write '[severity]'");
    for (const auto& [key, value] : *table) {
      const Called called = what_is_called(key.str());
      const auto severity = severity_of(value.value_or(std::string()));
      if (called.check == nullptr)
        report_unknown_check(key.source(), key.str());
      else if (is_grammar_error(*called.check))
        report_grammar_error(key.source(), key.str());
      else if (!severity)
        report(value.source(), "this is no severity", "known are 'error', 'warning', 'note'");
      else
        choice.severities[called.code] = *severity;
    }
  }

  void read_thresholds(const toml::node& node, Choice& choice) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return report(node.source(), "'thresholds' is a table", "write '[thresholds]'");
    for (const auto& [key, value] : *table) read_threshold(key, value, choice);
  }

  void read_threshold(const toml::key& key, const toml::node& node, Choice& choice) {
    std::vector<std::string_view> names;
    for (const ThresholdSetting& setting : threshold_settings) {
      names.push_back(setting.name);
      if (setting.name != key.str()) continue;
      const std::int64_t length = node.is_integer() ? **node.as_integer() : -1;
      if (length < 0 || length > setting.most)
        return report(node.source(), "this is no prefix length",
                      fmt::format("write a number from 0 to {}", setting.most));
      choice.thresholds.emplace_back(setting.value, static_cast<std::uint8_t>(length));
      return;
    }
    report(key.source(), fmt::format("there is no threshold {}", quoted(key.str())), did_you_mean(key.str(), names));
  }

  static std::optional<Severity> severity_of(std::string_view name) {
    for (const Severity severity : {Severity::note, Severity::warning, Severity::error})
      if (severity_name(severity) == name) return severity;
    return std::nullopt;
  }

  const Source& source_;
  Findings& findings_;
};

/// The front of a code, "RR" and no more than three digits, in capitals; empty when `selector` is none.
std::string family_of(std::string_view selector) {
  std::string family = in_upper_case(selector);
  return family.starts_with("RR") && family.size() <= 5 ? family : std::string();
}

/// A selector is what a check is or was called, or the front of such a code: "RR4".
bool selects(std::string_view selector, const Finding& finding) {
  if (const Called called = what_is_called(selector); called.check != nullptr) return called.covers(finding);
  const std::string family = family_of(selector);
  return !family.empty() && (finding.kind->code.starts_with(family) || finding.part.starts_with(family));
}

bool selects_any(const std::vector<std::string>& selectors, const Finding& finding) {
  return std::any_of(selectors.begin(), selectors.end(),
                     [&](const std::string& selector) { return selects(selector, finding); });
}

bool matches_path(const std::string& pattern, const std::string& path) {
  const bool whole = pattern.find('/') != std::string::npos;
  const std::string name(whole ? path : base_name(path));
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace

Settings parse_settings(const Source& source, Findings& findings) { return SettingsReader(source, findings).read(); }

void override_choice(Choice& choice, const Choice& later) {
  if (later.program) choice.program = later.program;
  if (later.daemon) choice.daemon = later.daemon;
  if (later.service) choice.service = later.service;
  if (later.paranoid) choice.paranoid = later.paranoid;
  if (!later.select.empty()) choice.select = later.select;
  choice.ignore.insert(choice.ignore.end(), later.ignore.begin(), later.ignore.end());
  for (const auto& [name, severity] : later.severities) choice.severities[name] = severity;
  choice.thresholds.insert(choice.thresholds.end(), later.thresholds.begin(), later.thresholds.end());
}

Choice choice_for(const Settings& settings, std::string_view path) {
  Choice choice = settings.choice;
  for (const PathChoice& part : settings.paths)
    if (matches_path(part.files, std::string(path))) override_choice(choice, part.choice);
  return choice;
}

CheckContext context_of(const Choice& choice) {
  CheckContext context{choice.program.value_or(Program::any), choice.service.value_or(Service::any),
                       choice.paranoid.value_or(false)};
  for (const auto& [member, value] : choice.thresholds) context.thresholds.*member = value;
  return context;
}

bool is_selector(std::string_view text) {
  if (find_check(text) != nullptr) return true;
  const std::string family = family_of(text);
  const auto checks = all_checks();
  return !family.empty() && std::any_of(checks.begin(), checks.end(), [&](const Check* check) {
    const auto is_of_family = [&](const Alias& alias) { return alias.code.starts_with(family); };
    return check->kind.code.starts_with(family) ||
           std::any_of(check->aliases.begin(), check->aliases.end(), is_of_family);
  });
}

bool keep_finding(const Choice& choice, Finding& finding) {
  if (choice.select.empty() && choice.ignore.empty() && choice.severities.empty()) return true;
  const Check* check = find_check(finding.kind->code);
  if (check != nullptr && is_grammar_error(*check, finding)) return true;
  if (!choice.select.empty() && !selects_any(choice.select, finding)) return false;
  if (selects_any(choice.ignore, finding)) return false;
  auto severity = choice.severities.find(finding.part);
  if (severity == choice.severities.end()) severity = choice.severities.find(finding.kind->code);
  if (severity != choice.severities.end()) finding.severity = severity->second;
  return true;
}

}  // namespace core
