// What cannot be known of hosts_access rules: see known.hpp.
#include "formats/hosts_access/known.hpp"

#include <algorithm>

#include "base/finding_kinds.hpp"

namespace core {

bool is_meaning_known(const Findings& findings, std::size_t first) {
  const auto hides_meaning = [](const Finding& finding) {
    const FindingKind* kind = finding.kind;
    return finding.severity == Severity::error && (kind == &syntax::not_supported || kind == &syntax::pattern_file ||
                                                   kind == &syntax::zone_id || kind == &syntax::control_character);
  };
  const auto& all = findings.all();
  return std::none_of(all.begin() + static_cast<std::ptrdiff_t>(first), all.end(), hides_meaning);
}

}  // namespace core
