// Writing the page of a check from its constant: see explain.hpp. The manual page of all checks is made of the same
// parts.
#include "report/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/clients_json.hpp"
#include "report/terminal.hpp"

namespace core {
namespace {

/// None for checks that are about no rules.
std::vector<std::string_view> formats_of(const Check& check) {
  std::vector<std::string_view> names;
  for (const Format* format : all_formats())
    if (is_for(check, *format)) names.push_back(format->name);
  return names;
}

std::string visible(std::string_view line) {
  std::string text;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f)
      text += fmt::format("\\x{:02x}", byte);
    else
      text += c;
  }
  return text;
}

/// Running text in which no character begins markup: patterns such as *.example.com and <address> stay what they are.
/// A blank line between paragraphs.
std::string escaped_markdown(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_<>[]#").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? "\n\n" : std::string(1, c);
  }
  return out;
}

/// Running text of at most so many columns; a blank line between paragraphs.
std::string wrapped(std::string_view text, std::size_t columns) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, std::min(text.find_first_of(" \n"), text.size()));
    const std::size_t width = display_width(word);
    const bool fits = used == 0 || used + 1 + width <= columns;
    if (used != 0) out += fits ? ' ' : '\n';
    out += word;
    used = (used != 0 && fits ? used + 1 : 0) + width;
    text.remove_prefix(word.size());
    if (text.empty()) break;
    if (text.front() == '\n') {
      out += "\n\n";
      used = 0;
    }
    text.remove_prefix(1);
  }
  return out + "\n";
}

std::string shown_example(std::string_view title, const Example& shown) {
  return fmt::format("{} ({}):\n\n{}\n", title, shown.file_name, indented(shown.text, "    "));
}

Json example_json(const Example& shown) {
  if (shown.text.empty()) return nullptr;
  return {{"file", shown.file_name}, {"text", shown.text}};
}

Json check_json(const Check& check) {
  Json json{{"code", check.kind.code},
            {"name", check.kind.name},
            {"severity", severity_name(check.kind.severity)},
            {"summary", check.summary},
            {"formats", formats_of(check)},
            {"former", Json::array()},
            {"rationale", check.rationale},
            {"bad", example_json(check.bad)},
            {"good", example_json(check.good)},
            {"silence", how_to_silence(check)}};
  for (const Alias& alias : check.aliases)
    if (!alias.name.empty()) json["former"].push_back({{"code", alias.code}, {"name", alias.name}});
  return json;
}

}  // namespace

std::string format_checks_json() {
  Json json{{"checks", Json::array()}};
  for (const Check* check : all_checks()) json["checks"].push_back(check_json(*check));
  return format_json(json);
}

std::string indented(std::string_view text, std::string_view indent) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = visible(text.substr(0, end));
    result += (line.empty() ? std::string() : std::string(indent) + line) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string former_names(const Check& check) {
  std::string names;
  for (const Alias& alias : check.aliases)
    if (!alias.name.empty()) names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", alias.name, alias.code);
  return names;
}

std::string how_to_silence(const Check& check) {
  if (check.kind.code >= "RR951" && check.kind.code <= "RR999") return "This cannot be silenced: mend the line.";
  if (check.kind.code.starts_with("RR9")) return "Mend what it points at, or take it away.";
  if (is_grammar_error(check))
    return "This cannot be silenced: a line that was not understood may be a denial, and nothing is compiled from such "
           "a file.";
  const std::string comment = fmt::format("# relayrules: allow {} REASON", check.kind.name);
  if (check.kind.severity == Severity::note)
    return fmt::format(
        "A note does not change the exit code. Where it is about what you want, leave it, or put '{}' before the rule.",
        comment);
  return fmt::format(
      "Where the rule is right all the same, put '{}' before it; with 'allow-file' above the first rule it holds for "
      "the whole file.",
      comment);
}

std::string explain_check(const Check& check, std::string_view says, std::size_t columns) {
  const auto wrap = [columns](std::string_view text) { return wrapped(text, columns) + "\n"; };
  std::string page =
      fmt::format("{} {} ({})\n\n{}{}", check.kind.code, check.kind.name, severity_name(check.kind.severity),
                  wrap(std::string(check.summary) + '.'), wrap(check.rationale));
  if (const std::string names = former_names(check); !names.empty())
    page += wrap(fmt::format("Also called {}.", names));
  if (const auto formats = formats_of(check); !formats.empty())
    page += wrap(fmt::format("Formats: {}", fmt::join(formats, ", ")));
  if (!check.bad.text.empty()) page += shown_example("Wrong", check.bad);
  if (!says.empty()) page += fmt::format("What is said of it:\n\n{}\n", indented(says, "    "));
  if (!check.good.text.empty()) page += shown_example("Right", check.good);
  return page + wrapped(how_to_silence(check), columns);
}

std::string explain_check_markdown(const Check& check) {
  std::string page = fmt::format("**{} {}**: {}.\n\n{}\n\n", check.kind.code, check.kind.name, check.summary,
                                 escaped_markdown(check.rationale));
  const auto append = [&](std::string_view title, const Example& shown) {
    if (!shown.text.empty())
      page += fmt::format("{} (`{}`):\n\n{}\n", title, shown.file_name, indented(shown.text, "    "));
  };
  append("Wrong", check.bad);
  append("Right", check.good);
  return page + escaped_markdown(how_to_silence(check)) + "\n";
}

}  // namespace core
