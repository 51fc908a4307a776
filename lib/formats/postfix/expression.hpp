// One expression of a regexp: or pcre: table, compiled as Postfix compiles it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/postfix/tables.hpp"

namespace core {

/// What an expression takes out of a text.
struct ExpressionMatch {
  bool is_match = false;
  /// What its parentheses took, the first at [0]; empty where they took nothing.
  std::vector<std::string> groups = {};
};

/// The flags behind an expression. Each letter turns over what holds without it.
struct ExpressionFlags {
  bool any_case = true;     ///< i
  bool multi_line = false;  ///< m
  bool dot_all = true;      ///< s, of pcre alone
  bool extended = false;    ///< x: of pcre blanks count for nothing; of regexp the old syntax
  bool anchored = false;    ///< A
  bool dollar_end = false;  ///< E
  bool ungreedy = false;    ///< U

  /// Turns `letter` over; false when tables of `type` do not know it.
  bool toggle(char letter, PostfixTableType type);
};

/// Thread-safe once it is made; the text that is asked about needs no end.
class Expression {
 public:
  /// Of a `type` that is regexp or pcre. None where it is no expression: `fault` then has the library's words.
  static std::optional<Expression> compile(const std::string& text, PostfixTableType type, const ExpressionFlags& flags,
                                           std::string& fault);

  /// How many parentheses take something.
  [[nodiscard]] std::size_t groups() const { return groups_; }
  /// None where nobody can tell in bounded time: a limit of PCRE2 was reached, or the C library may need hours.
  [[nodiscard]] std::optional<ExpressionMatch> match(std::string_view text) const;

 private:
  struct Posix;
  struct Perl;
  [[nodiscard]] ExpressionMatch match_posix(const std::string& text) const;
  [[nodiscard]] std::optional<ExpressionMatch> match_perl(std::string_view text) const;

  std::shared_ptr<const Posix> posix_;  ///< both null: too costly to be tried
  std::shared_ptr<const Perl> perl_;
  std::size_t groups_ = 0;
};

}  // namespace core
