// Word patterns: see word_pattern.hpp. The order of the questions is libwrap's (string_match): ".*" has a wildcard, and
// is no suffix. Held against libwrap by tests/conformance/tcpdmatch_test.cpp.
#include "model/word_pattern.hpp"

namespace core {
namespace {

/// Linear but for the last '*': when the rest does not fit, that one takes a byte more.
bool matches_wildcards(std::string_view pattern, std::string_view text) {
  std::size_t in_pattern = 0;
  std::size_t in_text = 0;
  std::size_t behind_star = std::string_view::npos;
  std::size_t taken = 0;
  while (in_text < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      behind_star = ++in_pattern;
      taken = in_text;
    } else if (in_pattern < pattern.size() && (pattern[in_pattern] == '?' || pattern[in_pattern] == text[in_text])) {
      ++in_pattern;
      ++in_text;
    } else if (behind_star != std::string_view::npos) {
      in_pattern = behind_star;
      in_text = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

}  // namespace

bool matches_word(std::string_view pattern, std::string_view text) {
  if (pattern.find_first_of("*?") != std::string_view::npos) return matches_wildcards(pattern, text);
  if (pattern.starts_with('.')) return text.size() > pattern.size() && text.ends_with(pattern);
  if (pattern == "all") return true;
  if (pattern == "known") return text != "unknown";
  if (pattern.ends_with('.')) return text.starts_with(pattern);
  return pattern == text;
}

}  // namespace core
