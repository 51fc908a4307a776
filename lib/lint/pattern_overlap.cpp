// Comparing client patterns: see pattern_overlap.hpp.
#include "lint/pattern_overlap.hpp"

#include "model/name_pattern.hpp"

#include <algorithm>

namespace core {
namespace {

/// The name or suffix that a client's name must have; empty for patterns that do not ask for one.
std::string_view name_of(const ClientPattern& pattern) {
  if (const auto* host = std::get_if<HostName>(&pattern)) return host->name;
  if (const auto* host = std::get_if<HostSuffix>(&pattern)) return host->suffix;
  return {};
}

bool name_is_within(const ClientPattern& inner, const ClientPattern& outer) {
  return covers_name(name_of(outer), name_of(inner));
}

}  // namespace

bool is_disjoint(const ClientPattern& a, const ClientPattern& b) {
  if (std::holds_alternative<RawKey>(a) || std::holds_alternative<RawKey>(b)) return true;
  if (!name_of(a).empty() && !name_of(b).empty()) return !name_is_within(a, b) && !name_is_within(b, a);
  const std::vector<Range> first = ranges_of(a);
  const std::vector<Range> second = ranges_of(b);
  if (first.empty() || second.empty()) return false;
  return std::none_of(first.begin(), first.end(), [&](const Range& mine) {
    return std::any_of(second.begin(), second.end(), [&](const Range& other) {
      return mine.first.family == other.first.family && mine.first <= other.last && other.first <= mine.last;
    });
  });
}

bool is_within(const ClientPattern& inner, const ClientPattern& outer) {
  if (std::holds_alternative<AnyClient>(outer) || inner == outer) return true;
  if (!name_of(inner).empty() && !name_of(outer).empty()) return name_is_within(inner, outer);
  const std::vector<Range> parts = ranges_of(inner);
  const std::vector<Range> whole = ranges_of(outer);
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](const Range& part) {
    return std::any_of(whole.begin(), whole.end(), [&](const Range& range) {
      return range.first.family == part.first.family && range.covers(part.first) && range.covers(part.last);
    });
  });
}

}  // namespace core
