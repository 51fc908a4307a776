// Lines and their colours: see paint.hpp.
#include "report/paint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace core {
namespace {

constexpr std::string_view good = "\033[32m";
constexpr std::string_view bad = "\033[1;31m";
constexpr std::string_view telling = "\033[1;36m";
constexpr std::string_view reset = "\033[0m";

/// Lines that begin so are painted, or only this begin of them.
struct Paint {
  std::string_view begin;
  std::string_view colour;
  bool whole_line = true;
};

constexpr Paint of_audit[] = {{"    verdict: OPEN RELAY", bad}, {"    verdict: not an open relay", good}};
constexpr Paint of_changes[] = {{"relay-gained", bad},
                                {"allow-gained", telling},
                                {"denied", telling},
                                {"relay-lost", telling},
                                {"environment", telling}};
constexpr Paint of_expectations[] = {{"ok ", good, false}, {"FAIL ", bad, false}, {"ERROR ", bad, false}};
constexpr Paint of_patch[] = {{"--- ", telling}, {"+++ ", telling}, {"@@ ", telling}, {"-", bad}, {"+", good}};
/// Behind the address, which stands before the first ": ".
constexpr Paint of_lookup[] = {{"deny", bad}, {"allow, may send to any domain", telling}, {"allow", good}};

std::span<const Paint> paints_of(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::audit: return of_audit;
    case AnswerKind::changes: return of_changes;
    case AnswerKind::lookup: return of_lookup;
    case AnswerKind::expectations: return of_expectations;
    case AnswerKind::patch: return of_patch;
    case AnswerKind::plain: break;
  }
  return {};
}

/// Where what decides about the colour of `line` begins.
std::size_t telling_place(std::string_view line, AnswerKind kind) {
  if (kind != AnswerKind::lookup) return 0;
  const std::size_t colon = line.find(": ");
  return line.starts_with(' ') || colon == std::string_view::npos ? line.size() : colon + 2;
}

}  // namespace

std::string painted(std::string_view text, AnswerKind kind) {
  const std::span<const Paint> paints = paints_of(kind);
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t place = telling_place(line, kind);
    const auto paint = std::find_if(paints.begin(), paints.end(),
                                    [&](const Paint& each) { return line.substr(place).starts_with(each.begin); });
    if (paint == paints.end()) {
      result += line;
    } else {
      const std::size_t until = paint->whole_line ? line.size() : place + paint->begin.size();
      result += fmt::format("{}{}{}{}{}", line.substr(0, place), paint->colour, line.substr(place, until - place),
                            reset, line.substr(until));
    }
    if (end == text.size()) break;
    result += '\n';
    text.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace core
