// Check: one lint check, as a table entry.
//
// lib/lint/checks/<name>.cpp defines one constant of this type and nothing else that others see; the list of all
// checks, and the header that declares them, are written by the build. From the same constant come `relayrules
// explain`, the manual page and the test of its examples.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/finding_kinds.hpp"
#include "lint/context.hpp"
#include "lint/facts.hpp"
#include "model/format.hpp"
#include "model/site.hpp"

namespace core {

/// A short rule file. Its name decides how it is read.
struct Example {
  std::string_view file_name;
  std::string_view text;
};

/// What findings of a check were called before it became part of this one. Users may have written it down anywhere; it
/// still stands for these findings (Finding::part), and no others.
struct Alias {
  std::string_view code;
  std::string_view name;
};

/// Exactly one of the three functions is set; none, when a parser, the reader or lowering reports this kind.
struct Check {
  FindingKind kind;                   ///< code, name and default severity
  std::array<Alias, 5> aliases = {};  ///< codes and names that lead here, too; the rest is empty
  std::string_view summary;           ///< one line: what is wrong with such a rule
  std::string_view rationale;  ///< what the program really does, why it matters, what to write; "\n" between paragraphs
  Example bad = {};            ///< gives exactly this finding (others may come with it)
  Example good = {};           ///< the same intent, written right: gives nothing at warning or above
  Traits needs = Traits::none;  ///< of the formats that it is for; none: it is about no file of rules
  /// May run beside other checks: it reads the facts and adds to its own findings, and does not ask sources for
  /// positions, which counts lines.
  void (*policy)(const PolicyFacts& facts, Findings& findings) = nullptr;
  void (*destinations)(const DestinationList& list, const Sources& sources, Findings& findings) = nullptr;
  void (*site)(const Site& site, const Sources& sources, Findings& findings) = nullptr;
  CheckContext example_context = {};  ///< what the examples and fixtures are checked with
};

/// All checks, in the order of their file names.
[[nodiscard]] std::span<const Check* const> all_checks();
/// What a name or a code stands for.
struct Called {
  const Check* check = nullptr;  ///< null: nothing is called so
  std::string_view code;         ///< of the check, or of its part when that is what was once called so

  [[nodiscard]] bool covers(const Finding& finding) const { return code == finding.kind->code || code == finding.part; }
};
/// What is or was called so; codes may be in lower case.
[[nodiscard]] Called what_is_called(std::string_view name_or_code);
/// The check that is or was called so, null when there is none.
[[nodiscard]] inline const Check* find_check(std::string_view name_or_code) {
  return what_is_called(name_or_code).check;
}
/// True when `check` speaks of files of this format.
[[nodiscard]] inline bool is_for(const Check& check, const Format& format) {
  return check.needs != Traits::none && has(format.traits, check.needs);
}
/// The name of the check that somebody meant who wrote `name`; empty when none is near.
[[nodiscard]] std::string_view closest_check_name(std::string_view name);

/// True for what a parser, the reader, lowering or the reading of suppressions reports: the page has no function of its
/// own.
[[nodiscard]] inline bool is_reported_by_parser(const Check& check) {
  return check.policy == nullptr && check.destinations == nullptr && check.site == nullptr;
}
/// True for errors of a rule's grammar. They can neither be allowed nor ignored: a line that was not understood may be
/// a denial.
[[nodiscard]] inline bool is_grammar_error(const Check& check) {
  return is_reported_by_parser(check) && check.kind.severity == Severity::error;
}
/// True for a finding of such an error, and for one that is an error in the format where it was found.
[[nodiscard]] inline bool is_grammar_error(const Check& check, const Finding& finding) {
  return is_grammar_error(check) || (is_reported_by_parser(check) && finding.severity == Severity::error);
}

}  // namespace core
