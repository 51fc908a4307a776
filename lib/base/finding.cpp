// Collecting findings: see finding.hpp.
#include "base/finding.hpp"

#include <algorithm>
#include <tuple>

namespace core {

Finding& Findings::add(const FindingKind& kind, Span span, std::string message) {
  Finding finding;
  finding.kind = &kind;
  finding.severity = kind.severity;
  finding.span = span;
  finding.message = std::move(message);
  all_.push_back(std::move(finding));
  return all_.back();
}

void Findings::sort() {
  const auto key = [](const Finding& f) { return std::tie(f.span.begin, f.span.end, f.kind->code, f.message); };
  std::stable_sort(all_.begin(), all_.end(), [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  const auto same = [&](const Finding& a, const Finding& b) { return key(a) == key(b); };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
}

std::size_t Findings::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

}  // namespace core
