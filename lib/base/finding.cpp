// Collecting findings: see finding.hpp.
#include "base/finding.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace core {
namespace {

/// Less than, equal to or greater than 0 as `a` stands above, beside or below `b`. Sentences are made only where
/// findings of one kind are about one place.
int compared(const Finding& a, const Finding& b, const Sources& sources) {
  if (a.span.begin != b.span.begin) return a.span.begin < b.span.begin ? -1 : 1;
  if (a.span.end != b.span.end) return a.span.end < b.span.end ? -1 : 1;
  const int order = a.kind->code.compare(b.kind->code);
  return order != 0 ? order : a.message.text(sources).compare(b.message.text(sources));
}

}  // namespace

Finding& Findings::add(const FindingKind& kind, Span span, Words message) {
  Finding finding;
  finding.kind = &kind;
  finding.severity = kind.severity;
  finding.span = span;
  finding.message = std::move(message);
  all_.push_back(std::move(finding));
  return all_.back();
}

void Findings::take(std::vector<Findings>& others) {
  std::size_t count = all_.size();
  for (const Findings& part : others) count += part.all_.size();
  all_.reserve(count);
  for (Findings& part : others) {
    std::move(part.all_.begin(), part.all_.end(), std::back_inserter(all_));
    part.all_ = {};
  }
}

void Findings::sort(const Sources& sources) {
  std::vector<std::uint32_t> order(all_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return compared(all_[a], all_[b], sources) < 0; });
  std::vector<Finding> sorted;
  sorted.reserve(all_.size());
  for (const std::uint32_t i : order)
    if (sorted.empty() || compared(sorted.back(), all_[i], sources) != 0) sorted.push_back(std::move(all_[i]));
  all_ = std::move(sorted);
}

std::size_t Findings::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

}  // namespace core
