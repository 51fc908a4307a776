// Collecting findings: see finding.hpp.
#include "base/finding.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace core {
namespace {

/// Where a finding is sorted to, and where it was.
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t index = 0;
};

/// The order of findings about one place: below 0, 0 or above it as strings are compared. Sentences are made only for
/// those of one kind.
int compared(const Finding& a, const Finding& b, const Sources& sources) {
  const int order = a.kind->code.compare(b.kind->code);
  return order != 0 ? order : a.message.text(sources).compare(b.message.text(sources));
}

/// Puts the finding order[i].index into place i, for all i, without a second list of them. Uses up `order`.
void arrange(std::deque<Finding>& findings, std::vector<Place>& order) {
  for (std::uint32_t first = 0; first < order.size(); ++first) {
    if (order[first].index == first) continue;
    Finding kept = std::move(findings[first]);
    std::uint32_t place = first;
    for (std::uint32_t from = order[place].index; from != first; from = order[place].index) {
      findings[place] = std::move(findings[from]);
      order[std::exchange(place, from)].index = place;
    }
    findings[place] = std::move(kept);
    order[place].index = place;
  }
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
  const auto comes_later = [&](std::size_t a, std::size_t b) {
    const Span one = others[a].all_.front().span;
    const Span other = others[b].all_.front().span;
    return std::tuple(one.begin, one.end, a) > std::tuple(other.begin, other.end, b);
  };
  std::vector<std::size_t> heap;
  for (std::size_t part = 0; part < others.size(); ++part)
    if (!others[part].empty()) heap.push_back(part);
  std::make_heap(heap.begin(), heap.end(), comes_later);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), comes_later);
    std::deque<Finding>& next = others[heap.back()].all_;
    all_.push_back(std::move(next.front()));
    next.pop_front();
    if (next.empty())
      heap.pop_back();
    else
      std::push_heap(heap.begin(), heap.end(), comes_later);
  }
}

void Findings::sort(const Sources& sources) {
  std::vector<Place> order;
  order.reserve(all_.size());
  for (std::uint32_t i = 0; const Finding& finding : all_) order.push_back({finding.span.begin, finding.span.end, i++});
  std::sort(order.begin(), order.end(), [&](const Place& a, const Place& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    if (a.end != b.end) return a.end < b.end;
    const int said = compared(all_[a.index], all_[b.index], sources);
    return said != 0 ? said < 0 : a.index < b.index;
  });
  arrange(all_, order);
  const auto same = [&](const Finding& a, const Finding& b) {
    return a.span == b.span && compared(a, b, sources) == 0;
  };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
}

std::size_t Findings::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

}  // namespace core
