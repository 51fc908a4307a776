// Tables of expressions (regexp:, pcre:), asked from the top with a whole text.
//
//   line       := pattern { pattern } blanks value | "if" pattern | "endif"
//   pattern    := { "!" | blank } delimiter text delimiter { flag }       of regexp two: "/a/!/b/", both must match
//   value      := text with $1, ${1}, $(1) for what parentheses took, and $$ for "$"
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "formats/postfix/expression.hpp"
#include "formats/postfix/lines.hpp"
#include "formats/postfix/tables.hpp"

namespace core {

/// Why nobody can tell what an expression says.
inline constexpr std::string_view not_tried = "its expression takes too long to try";

/// What a table of expressions says to a text.
struct ExpressionAnswer {
  std::string value;
  Span place;                     ///< of the rule
  std::string_view unknown = {};  ///< why an expression on the way cannot be tried; empty: all were
};

/// A table as Postfix has it after reading: what it skips is not in it. Look-ups are thread-safe.
class ExpressionTable {
 public:
  struct Pattern {
    Expression expression;
    bool matches = true;  ///< false with "!"
  };
  /// A rule, or an "if".
  struct Rule {
    std::vector<Pattern> patterns;  ///< all of them
    std::string value;
    bool has_groups = false;  ///< `value` has $1 in it
    Span place;
    std::optional<std::size_t> endif = std::nullopt;  ///< of an "if": the rule behind its end, or that of the table
  };

  /// What it says to `key`; none: nothing.
  [[nodiscard]] std::optional<ExpressionAnswer> find(std::string_view key) const;
  /// The values that stand there without $1, each once, in order: what is found is one of them, or was made.
  [[nodiscard]] std::vector<std::string> fixed_values() const;

  std::vector<Rule> rules;
};

/// Reads a table of a `type` that is regexp or pcre.
[[nodiscard]] std::shared_ptr<const ExpressionTable> read_expression_table(const Source& source, PostfixTableType type,
                                                                           Findings& findings);

}  // namespace core
