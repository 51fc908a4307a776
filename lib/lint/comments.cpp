// Reading comments: see comments.hpp. They are guesses: what is found in them is never more than a reason to look.
#include "lint/comments.hpp"

#include <algorithm>
#include <string>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"

namespace core {
namespace {

constexpr std::size_t most_rules_by_hand = 4096;

/// The comment lines directly above `rule`, at most a few, in lower case.
std::string comment_above(const PolicyFacts& facts, const Rule& rule) {
  constexpr unsigned most_lines = 8;
  const Source* source = facts.sources.find(rule.span().begin);
  if (source == nullptr) return {};
  std::string comment;
  std::uint32_t at = rule.span().begin;
  for (unsigned lines = 0; at > source->base() && lines < most_lines; ++lines) {
    const std::string_view line = facts.sources.line_around(at - 1);
    if (!line.starts_with('#')) break;
    comment += in_lower_case(line);
    at -= static_cast<std::uint32_t>(line.size()) + 1;
  }
  return comment;
}

/// True when `text` has `word`, as relays_said_to_be() says.
bool has_word(std::string_view text, std::string_view word) {
  const bool may_go_on = word.ends_with('*');
  if (may_go_on) word.remove_suffix(1);
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    if (begins && (may_go_on || end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

}  // namespace

std::vector<SaidOfRelay> relays_said_to_be(const PolicyFacts& facts, std::span<const std::string_view> words) {
  std::vector<SaidOfRelay> found;
  if (facts.relays.size() > most_rules_by_hand) return found;
  for (const std::uint32_t index : facts.relays) {
    const std::string comment = comment_above(facts, facts.rule(index));
    const auto word =
        std::find_if(words.begin(), words.end(), [&](std::string_view wanted) { return has_word(comment, wanted); });
    if (word != words.end()) found.push_back({index, trimmed_right(*word, "*")});
  }
  return found;
}

}  // namespace core
