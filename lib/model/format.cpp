// Finding a format by name, by file name and by content. When nothing tells, the answer is none: a rule file that is read as
// the wrong thing would be worse than a question to the user.
#include "model/format.hpp"

#include <algorithm>

namespace core {
namespace {

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "*" at the start or the end of `pattern` stands for any text.
bool matches_pattern(std::string_view name, std::string_view pattern) {
  const bool open_start = pattern.starts_with('*');
  const bool open_end = pattern.size() > 1 && pattern.ends_with('*');
  const std::string_view middle =
      pattern.substr(open_start ? 1 : 0, pattern.size() - (open_start ? 1 : 0) - (open_end ? 1 : 0));
  if (open_start && open_end) return name.find(middle) != std::string_view::npos;
  if (open_start) return name.ends_with(middle);
  return open_end ? name.starts_with(middle) : name == middle;
}

bool matches_any_pattern(std::string_view name, std::string_view patterns) {
  while (!patterns.empty()) {
    const std::size_t blank = std::min(patterns.find(' '), patterns.size());
    if (matches_pattern(name, patterns.substr(0, blank))) return true;
    patterns.remove_prefix(std::min(blank + 1, patterns.size()));
  }
  return false;
}

/// The first line that is neither empty nor a comment.
std::string_view first_rule_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos && line.front() != '#') return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

const Format* detect_by_content(std::string_view text) {
  const std::string_view line = first_rule_line(text);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return nullptr;
  const std::string_view behind = line.substr(colon + 1);
  if (behind.starts_with("allow") || behind.starts_with("deny")) return find_format("tcprules");
  const bool blanks_around = colon > 0 && behind.starts_with(' ');
  return blanks_around || line.starts_with("ALL") ? find_format("hosts_access") : nullptr;
}

}  // namespace

const Format* find_format(std::string_view name) {
  for (const Format* format : all_formats())
    if (format->name == name) return format;
  return nullptr;
}

bool is_expectation_file(std::string_view path) { return path.ends_with(".expect"); }

const Format* detect_format_by_name(std::string_view path) {
  if (is_expectation_file(path)) return nullptr;
  for (const Format* format : all_formats())
    if (matches_any_pattern(base_name(path), format->file_patterns)) return format;
  return nullptr;
}

const Format* detect_format(std::string_view path, std::string_view text) {
  if (is_expectation_file(path)) return nullptr;
  const std::string_view first_line = text.substr(0, text.find('\n'));
  if (first_line.starts_with("# relayrules: extended")) return find_format("tcprules-extended");
  const Format* format = detect_format_by_name(path);
  return format != nullptr ? format : detect_by_content(text);
}

Policy new_policy(const Format& format) {
  Policy policy;
  policy.format = format.name;
  policy.lookup = format.lookup;
  policy.rules.set_no_match({format.no_match, Relay::unchanged, 0, 0});
  return policy;
}

}  // namespace core
