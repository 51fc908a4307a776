// Files that relayrules does not read: of other mail servers, and what is no rule file at all. Whoever gives one is
// told what it is and what can be done with it; a parser that tried would make nonsense of it.
#pragma once

#include <string_view>

namespace core {

struct ForeignFile {
  std::string_view what;    ///< "it is Postfix' main.cf", a clause
  std::string_view advice;  ///< what can be done with it, a clause
};

/// What a file is that is called `path`, by its base name; null when that tells nothing.
[[nodiscard]] const ForeignFile* find_foreign_name(std::string_view path);
/// What `text` is; null when it tells nothing.
[[nodiscard]] const ForeignFile* find_foreign_text(std::string_view text);

/// True for what stands behind the key in an access table of Sendmail or Postfix: "OK", "REJECT", "550 go away".
[[nodiscard]] bool is_access_action(std::string_view text);

}  // namespace core
