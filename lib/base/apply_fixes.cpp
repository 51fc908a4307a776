// Applying repairs: see apply_fixes.hpp.
#include "base/apply_fixes.hpp"

#include <map>

namespace core {
namespace {

struct Claim {
  std::uint32_t end = 0;
  const Edit* edit = nullptr;
  std::size_t finding = 0;
};
/// Edits by where they begin. They do not overlap, and no two begin at one place: which would come first?
using Claims = std::map<std::uint32_t, Claim>;

bool is_free(const Claims& claims, Span span) {
  const auto next = claims.lower_bound(span.begin);
  if (next != claims.end() && (next->first == span.begin || next->first < span.end)) return false;
  return next == claims.begin() || std::prev(next)->second.end <= span.begin;
}

/// Claims the places of all edits of a fix, or of none.
bool claim_all(Claims& claims, const std::vector<Edit>& fix, std::size_t finding, Span text) {
  std::vector<std::uint32_t> claimed;
  for (const Edit& edit : fix) {
    const Span span = edit.span;
    const bool inside = text.begin <= span.begin && span.begin <= span.end && span.end <= text.end;
    if (inside && is_free(claims, span)) {
      claims[span.begin] = {span.end, &edit, finding};
      claimed.push_back(span.begin);
      continue;
    }
    for (const std::uint32_t begin : claimed) claims.erase(begin);
    return false;
  }
  return !fix.empty();
}

}  // namespace

AppliedFixes apply_fixes(std::string_view text, std::uint32_t base, std::span<const Finding* const> findings) {
  const Span whole{base, base + static_cast<std::uint32_t>(text.size())};
  AppliedFixes applied;
  Claims claims;
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (claim_all(claims, findings[i]->fix, i, whole)) applied.findings.push_back(i);
  std::uint32_t done = 0;
  for (const auto& [begin, claim] : claims) {
    const Span before{begin - base, claim.end - base};
    applied.text.append(text, done, before.begin - done);
    const auto at = static_cast<std::uint32_t>(applied.text.size());
    applied.text += claim.edit->replacement;
    applied.edits.push_back({before, {at, static_cast<std::uint32_t>(applied.text.size())}, claim.finding});
    done = before.end;
  }
  applied.text.append(text.substr(done));
  return applied;
}

}  // namespace core
