// Finding a format by name, by file name and by content. When nothing is proof, or two formats have one, the answer is
// none: a rule file that is read as the wrong thing would be worse than a question to the user.
#include "model/format.hpp"

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "model/foreign_file.hpp"

namespace core {
namespace {

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

Confidence text_confidence(const Format& format, std::string_view text) {
  return format.detect == nullptr ? Confidence::none : format.detect(text);
}

Confidence name_confidence(const Format& format, std::string_view name) {
  if (matches_any_pattern(name, format.file_patterns)) return Confidence::by_name;
  return matches_any_pattern(name, format.usual_patterns) ? Confidence::by_usual_name : Confidence::none;
}

std::string names_of(std::span<const Format* const> formats, std::string_view between) {
  std::string names;
  for (const Format* format : formats) names.append(names.empty() ? "" : between).append(format->name);
  return names;
}

}  // namespace

const Format* find_format(std::string_view name) {
  for (const Format* format : all_formats())
    if (format->name == name) return format;
  return nullptr;
}

bool is_expectation_file(std::string_view path) { return path.ends_with(".expect"); }

bool is_template_file(std::string_view path) {
  constexpr std::array<std::string_view, 8> ends = {".j2",  ".jinja", ".jinja2",   ".erb",
                                                    ".epp", ".tmpl",  ".template", ".mustache"};
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return path.ends_with(end); });
}

Detection detect_format(std::string_view path, std::string_view text) {
  Detection detection;
  if (is_expectation_file(path) || is_template_file(path)) return detection;
  for (const Format* format : all_formats()) {
    const Confidence confidence = std::max(text_confidence(*format, text), name_confidence(*format, base_name(path)));
    if (confidence == Confidence::none || confidence < detection.confidence) continue;
    if (confidence > detection.confidence) detection = {confidence, {}};
    detection.formats.push_back(format);
  }
  const bool is_by_name =
      detection.confidence == Confidence::by_usual_name || detection.confidence == Confidence::by_name;
  if (detection.formats.size() < 2 || !is_by_name) return detection;
  // of a file with two names, the text may tell
  std::vector<const Format*> proved;
  for (const Format* format : detection.formats)
    if (text_confidence(*format, text) == Confidence::by_content) proved.push_back(format);
  if (proved.size() == 1) detection.formats = std::move(proved);
  return detection;
}

Detection detect_found(std::string_view path, std::string_view text) {
  Detection detection = detect_format(path, text);
  return detection.confidence == Confidence::by_usual_name ? detect_format("", text) : detection;
}

std::string why_undetected(std::string_view path, std::string_view text) {
  if (is_expectation_file(path)) return "it holds expectations, not rules; 'relayrules test' reads it";
  if (is_template_file(path)) return "it is a template; give the rules that are made of it";
  const ForeignFile* foreign = find_foreign_name(path);
  if (foreign == nullptr) foreign = find_foreign_text(text);
  if (foreign != nullptr) return std::string(foreign->what) + "; " + std::string(foreign->advice);
  const Detection detection = detect_format(path, text);
  if (detection.confidence >= Confidence::by_content)
    return "it can be each of these: " + names_of(detection.formats, ", ") + "; name the one with --from";
  if (detection.confidence == Confidence::possible)
    return "its lines could be " + names_of(detection.formats, " or ") +
           ", and nothing in them is proof; name it with --from if it is";
  return "neither its name nor its text tells; name it with --from (" + names_of(all_formats(), ", ") + ")";
}

Policy new_policy(const Format& format) {
  Policy policy;
  policy.format = format.name;
  policy.lookup = format.lookup;
  policy.rules.set_no_match({format.no_match, Relay::unchanged, 0, 0});
  return policy;
}

}  // namespace core
