// From patterns and exceptions to addresses: see matched.hpp.
#include "model/matched.hpp"

#include <algorithm>

#include "model/space.hpp"

namespace core {
namespace {

/// Who is on a list of exceptions, and not on that list's own.
std::vector<Range> excepted(const Policy& policy, std::uint32_t index, const MatchesAll& matches_all) {
  if (index == 0) return {};
  const ExceptionList& list = policy.exception_lists[index];
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < list.patterns.size(); ++i)
    if (list.infos.empty() || list.infos[i] == 0)
      for (const Range& range : matched(list.patterns[i], matches_all)) ranges.push_back(range);
  return subtract(ranges, excepted(policy, list.exceptions, matches_all));
}

}  // namespace

std::vector<Range> matched(const ClientPattern& pattern, const MatchesAll& matches_all) {
  auto ranges = ranges_of(pattern);
  if (!ranges.empty() || !matches_all(pattern)) return ranges;
  return {all_addresses(Family::ipv4), all_addresses(Family::ipv6)};
}

std::vector<Range> matched(const Policy& policy, const Rule& rule, const MatchesAll& matches_all) {
  auto ranges = matched(rule.pattern(), matches_all);
  if (rule.exceptions() == 0 || ranges.empty()) return ranges;
  return subtract(ranges, excepted(policy, rule.exceptions(), matches_all));
}

bool has_address_exceptions(const Policy& policy, const Rule& rule) {
  const auto is_by_address = [](const ClientPattern& pattern) {
    return matches_everybody(pattern) || std::holds_alternative<RawKey>(pattern) || !ranges_of(pattern).empty();
  };
  for (std::uint32_t index = rule.exceptions(); index != 0; index = policy.exception_lists[index].exceptions) {
    const ExceptionList& list = policy.exception_lists[index];
    if (std::any_of(list.infos.begin(), list.infos.end(), [](auto info) { return info != 0; })) return false;
    if (!std::all_of(list.patterns.begin(), list.patterns.end(), is_by_address)) return false;
  }
  return true;
}

}  // namespace core
