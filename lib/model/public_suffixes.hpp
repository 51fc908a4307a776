// Public suffixes: names under which anybody can register (com, co.jp, github.io), by the list of publicsuffix.org.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace core {

/// True when `name` (lower case, no dot in front, with or without one at its end) is a top-level domain of the list.
/// "localhost" and "lan" are none.
/// Thread-safe; the first call loads the list.
[[nodiscard]] bool is_tld(std::string_view name);
/// True when `name`, given in the same way, is a public suffix of two labels and more. Thread-safe.
[[nodiscard]] bool is_public_suffix(std::string_view name);
/// True when anybody can have a name that ends in "." and `name`; of an empty `name`: one that is written with a "."
/// behind it.
[[nodiscard]] inline bool anybody_registers_under(std::string_view name) {
  return name.empty() || is_tld(name) || is_public_suffix(name);
}
/// How many top-level domains the list knows; 0 when its text is not installed.
[[nodiscard]] std::size_t tld_count();

/// How many public suffixes of the list lie at or below one of `domains` (lower case, no dot in front), of how many.
/// Both are 0 when the text of the list is not installed.
struct SuffixShare {
  std::size_t under = 0;
  std::size_t known = 0;
};
[[nodiscard]] SuffixShare public_suffixes_under(const std::set<std::string, std::less<>>& domains);

}  // namespace core
