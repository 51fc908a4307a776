// A sweep from the first address to the last: see space.hpp. The claims over the current address wait in a heap, best
// rank on top; one that has ended is only taken out when it comes to the top.
#include "model/space.hpp"

#include <algorithm>
#include <queue>

namespace relayrules {
namespace {

void append_region(std::vector<Region>& regions, const Address& first, const Address& last, std::uint32_t rank) {
  if (!regions.empty() && regions.back().rank == rank)
    regions.back().range.last = last;
  else
    regions.push_back({{first, last}, rank});
}

}  // namespace

std::vector<Region> cut_space(Family family, std::vector<RankedRange> claims) {
  std::erase_if(claims, [&](const RankedRange& claim) { return claim.range.first.family != family; });
  std::sort(claims.begin(), claims.end(), [](const auto& a, const auto& b) { return a.range.first < b.range.first; });
  const auto is_worse = [](const RankedRange* a, const RankedRange* b) { return a->rank > b->rank; };
  std::priority_queue<const RankedRange*, std::vector<const RankedRange*>, decltype(is_worse)> over(is_worse);

  Address start;
  start.family = family;
  const Address end = make_prefix(start, 0).last();
  std::vector<Region> regions;
  std::size_t next = 0;
  for (std::optional<Address> at = start; at;) {
    for (; next < claims.size() && claims[next].range.first <= *at; ++next) over.push(&claims[next]);
    while (!over.empty() && over.top()->range.last < *at) over.pop();
    Address last = over.empty() ? end : over.top()->range.last;
    if (next < claims.size() && claims[next].range.first <= last) last = *predecessor(claims[next].range.first);
    append_region(regions, *at, last, over.empty() ? unclaimed : over.top()->rank);
    at = successor(last);
  }
  return regions;
}

}  // namespace relayrules
