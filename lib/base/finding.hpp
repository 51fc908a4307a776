// Findings: what a parser or a check has to say about the user's text.
//
// A finding is data (place, message, repair); report/ turns it into text, JSON and the like. Parsers and checks only
// add to a Findings sink and go on: the first mistake is never the last one reported.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "base/source.hpp"
#include "base/words.hpp"

namespace core {

enum class Severity : std::uint8_t { note, warning, error };

/// "error", "warning" or "note".
[[nodiscard]] constexpr std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: break;
  }
  return "note";
}

/// The identity of a kind of finding. One object with static lifetime per kind; codes are never used again.
struct FindingKind {
  std::string_view code;  ///< "RR301"
  std::string_view name;  ///< "prefix-without-dot"
  Severity severity = Severity::warning;
};

/// A second place that explains the first.
struct Related {
  Span span;
  Words label;  ///< "first defined here"
};

/// Replace the bytes of `span` by `replacement`.
struct Edit {
  Span span;
  std::string replacement;
};

/// One finding. `message` is one lower-case sentence that quotes the offending text and says what would be right.
struct Finding {
  const FindingKind* kind = nullptr;
  std::string_view part;  ///< the code of the old check that said this, before it became part of `kind`; mostly empty
  Severity severity = Severity::warning;
  Span span;
  Words message;
  Words help;                    ///< what to write instead, or empty
  std::vector<Related> related;  ///< in the order in which they should be read
  std::vector<Edit> fix;         ///< safe repair; empty when there is none

  Finding& with_help(Words text) {
    help = std::move(text);
    return *this;
  }
  Finding& as_part(std::string_view code) {
    part = code;
    return *this;
  }
  Finding& with_related(Span place, Words label) {
    related.push_back({place, std::move(label)});
    return *this;
  }
  Finding& with_fix(Span place, std::string replacement) {
    fix.push_back({place, std::move(replacement)});
    return *this;
  }
};

/// Collects findings in the order in which they are made; `sort` puts them into the order of the text. Not thread-safe.
class Findings {
 public:
  /// Adds a finding and returns it, valid until the next one is added, for help, related places and a fix.
  Finding& add(const FindingKind& kind, Span span, Words message);
  /// Adds all of `others`, by place where each of them is in that order: so that `sort` need not move what is far away.
  void take(std::vector<Findings>& others);
  /// By place, then code; equal findings at one place stay once. `sources` are those that the findings are about.
  void sort(const Sources& sources);

  [[nodiscard]] const std::deque<Finding>& all() const { return all_; }
  [[nodiscard]] std::deque<Finding>& all() { return all_; }
  /// Calls `visit` with a pointer to each, in order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const Finding& finding : all_) visit(&finding);
  }
  [[nodiscard]] std::size_t count(Severity severity) const;
  [[nodiscard]] bool has_errors() const { return count(Severity::error) != 0; }
  [[nodiscard]] bool empty() const { return all_.empty(); }

 private:
  std::deque<Finding> all_;  // a vector would have many of them twice when it grows
};

}  // namespace core
