// Asking libpsl, which has Debian's list compiled or built in: see public_suffixes.hpp. Only counting top-level domains
// needs the list as text, since the compiled form cannot be walked.
#include "model/public_suffixes.hpp"

#include <libpsl.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace relayrules {
namespace {

const psl_ctx_t* list() {
  // never freed: it lives as long as the program
  static const psl_ctx_t* const loaded = psl_latest(nullptr);
  return loaded;
}

/// Listed as such; the rule that every unknown top-level name is a suffix does not count.
bool is_listed(std::string_view name) {
  return list() != nullptr &&
         psl_is_public_suffix2(list(), std::string(name).c_str(), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0;
}

std::size_t count_tlds() {
  std::ifstream text("/usr/share/publicsuffix/public_suffix_list.dat");
  std::size_t count = 0;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("// ===BEGIN PRIVATE")) break;
    if (!line.empty() && line.find('.') == std::string::npos && line.find('/') == std::string::npos) ++count;
  }
  return count;
}

}  // namespace

bool is_tld(std::string_view name) {
  return !name.empty() && name.find('.') == std::string_view::npos && is_listed(name);
}

bool is_public_suffix(std::string_view name) { return name.find('.') != std::string_view::npos && is_listed(name); }

std::size_t tld_count() {
  static const std::size_t count = count_tlds();
  return count;
}

}  // namespace relayrules
