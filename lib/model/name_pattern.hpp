// Name patterns: how sets of host names are written wherever analysis and reports list them.
//
//   "mail.example.com"   that name
//   ".example.com"       all names below it, but for those that a longer pattern takes
//   "=" and a name       that name, where it begins with "=" itself
//
// What a client calls itself may hold any byte, but no name is empty or begins with a dot: a label has at least one
// byte, and resolvers write a dot inside of one with a "\\" in front. Proofs are about all other names. (evaluate
// answers for any text.)
#pragma once

#include <string>
#include <string_view>

namespace core {

[[nodiscard]] inline bool is_suffix_pattern(std::string_view pattern) { return pattern.starts_with('.'); }

/// The name that a pattern for one name is.
[[nodiscard]] inline std::string_view name_of_pattern(std::string_view pattern) {
  return pattern.starts_with('=') ? pattern.substr(1) : pattern;
}

/// The pattern for one name.
[[nodiscard]] inline std::string pattern_of_name(std::string_view name) {
  const bool is_odd = name.starts_with('=');
  return (is_odd ? "=" : "") + std::string(name);
}

/// The same for a name that a policy holds, or one in the text of a key: it has "=" in front there. A view of that
/// text.
[[nodiscard]] inline std::string_view kept_name_pattern(std::string_view name) {
  const bool is_odd = name.starts_with('=');
  return is_odd ? std::string_view(name.data() - 1, name.size() + 1) : name;
}

/// Where the next wider suffix pattern begins in `pattern`, at or behind `from`; npos when there is none. Begin with 0,
/// go on behind the last answer.
[[nodiscard]] inline std::size_t find_wider_suffix(std::string_view pattern, std::size_t from) {
  return pattern.find('.', from == 0 ? 1 : from);  // ".a" is not below itself
}

/// True when every name that `name` stands for, itself or all below its dot, is one that `pattern` stands for.
[[nodiscard]] inline bool covers_name(std::string_view pattern, std::string_view name) {
  if (pattern.data() == name.data() ? pattern.size() == name.size() : pattern == name) return true;
  if (!is_suffix_pattern(pattern) || !name.ends_with(pattern)) return false;
  return name.size() > pattern.size();
}

}  // namespace core
