// main.cf, or what postconf -n prints: parameters, what they are when they are not given, and "$name" in them.
//
// What a reader would get wrong: the last definition of a name counts, an unknown name is empty, and many defaults are
// expressions over compatibility_level. Source: Postfix 3.7, dict.c, mac_expand.c, mac_parse.c, mail_params.h.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/finding.hpp"
#include "base/source.hpp"

namespace core {

/// A value with its names expanded.
struct MainCfValue {
  std::string text;
  std::string fault;  ///< why Postfix does not start with it; empty: it does
};

/// The parameters of one main.cf. Refers to nothing.
class MainCf {
 public:
  struct Parameter {
    std::string value;  ///< as written, its lines joined
    Span place;         ///< of the whole definition
  };

  /// Why no program of Postfix starts with this file; empty: they do.
  std::string fault;

  /// A later definition takes the place of an earlier one, which is returned: empty where there was none.
  Span define(std::string name, Parameter parameter);
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// What is written; null for a parameter that is not given.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// What is written, expanded; else the default of Postfix 3.7, expanded; else empty.
  [[nodiscard]] MainCfValue value(std::string_view name) const;
  /// The same where a mistake makes no difference, for `fault` has it: an empty text.
  [[nodiscard]] std::string text(std::string_view name) const { return value(name).text; }
  /// "yes" in any case; every other word is "no".
  [[nodiscard]] bool is_yes(std::string_view name) const;
  /// Where it is written, or what its default is the value of; no place for another default.
  [[nodiscard]] Span place(std::string_view name) const;

 private:
  std::map<std::string, Parameter, std::less<>> given_;
};

/// Reads a whole file; what Postfix warns of or does not start with is a finding.
[[nodiscard]] MainCf read_main_cf(const Source& source, Findings& findings);

/// The next word of a list: separated by blanks and commas, and one between braces is one word. Empty at the end.
[[nodiscard]] std::string_view next_postfix_word(std::string_view& rest);

}  // namespace core
