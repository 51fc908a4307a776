// Asking libpsl, which has Debian's list compiled or built in: see public_suffixes.hpp. Only counting
// needs the list as text, since the compiled form cannot be walked.
#include "model/public_suffixes.hpp"

#include <libpsl.h>

#include <fstream>

namespace core {
namespace {

const psl_ctx_t* list() {
  // never freed: it lives as long as the program
  static const psl_ctx_t* const loaded = psl_latest(nullptr);
  return loaded;
}

/// Without a "." at its end: "com." is found where "com" is.
std::string_view without_root(std::string_view name) {
  return name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0));
}

/// Listed as such; the rule that every unknown top-level name is a suffix does not count.
bool is_listed(std::string_view name) {
  return list() != nullptr &&
         psl_is_public_suffix2(list(), std::string(name).c_str(), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
}

constexpr const char* list_as_text = "/usr/share/publicsuffix/public_suffix_list.dat";

std::size_t count_tlds() {
  std::ifstream text(list_as_text);
  std::size_t count = 0;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("// ===BEGIN PRIVATE")) break;
    if (!line.empty() && line.find('.') == std::string::npos && line.find('/') == std::string::npos) ++count;
  }
  return count;
}

bool is_under(std::string_view name, const std::set<std::string, std::less<>>& domains) {
  while (true) {
    if (domains.contains(name)) return true;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return false;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_tld(std::string_view name) {
  name = without_root(name);
  return !name.empty() && name.find('.') == std::string_view::npos && is_listed(name);
}

bool is_public_suffix(std::string_view name) {
  name = without_root(name);
  return name.find('.') != std::string_view::npos && is_listed(name);
}

std::size_t tld_count() {
  static const std::size_t count = count_tlds();
  return count;
}

SuffixShare public_suffixes_under(const std::set<std::string, std::less<>>& domains) {
  std::ifstream text(list_as_text);
  SuffixShare share;
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line.front() == '!' || line.starts_with("//")) continue;
    ++share.known;
    if (is_under(std::string_view(line).substr(line.starts_with("*.") ? 2 : 0), domains)) ++share.under;
  }
  return share;
}

}  // namespace core
