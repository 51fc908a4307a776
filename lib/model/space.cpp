// Cutting the address space: see space.hpp. A sweep from the first address to the last one, with the claims that hold at the
// moment in a heap by rank. Addresses are numbers here: a million claims are sorted and compared, and numbers are fast at that.
#include "model/space.hpp"

#include <algorithm>
#include <queue>

namespace relayrules {
namespace {

using Wide = unsigned __int128;

template <typename Number>
Number number_of(const Address& address) {
  if constexpr (sizeof(Number) == sizeof(std::uint64_t)) {
    return address.ipv4();
  } else {
    Number number = 0;
    for (const std::uint8_t byte : address.bytes) number = number << 8 | byte;
    return number;
  }
}

template <typename Number>
Address address_of(Number number) {
  if constexpr (sizeof(Number) == sizeof(std::uint64_t)) {
    return Address::from_ipv4(static_cast<std::uint32_t>(number));
  } else {
    Address address;
    address.family = Family::ipv6;
    for (std::size_t i = 16; i-- > 0; number >>= 8) address.bytes[i] = static_cast<std::uint8_t>(number & 0xff);
    return address;
  }
}

template <typename Number>
struct Claim {
  Number first;
  Number last;
  std::uint32_t rank;
};

/// One pass over sorted claims; `emit(first, last, rank)` gets the pieces in order, and neighbours may have one rank.
template <typename Number, typename Emit>
void sweep(const std::vector<Claim<Number>>& claims, Number end, Emit&& emit) {
  const auto is_worse = [](const Claim<Number>* a, const Claim<Number>* b) { return a->rank > b->rank; };
  std::priority_queue<const Claim<Number>*, std::vector<const Claim<Number>*>, decltype(is_worse)> over(is_worse);
  std::size_t next = 0;
  for (Number at = 0;; ++at) {
    for (; next < claims.size() && claims[next].first <= at; ++next) over.push(&claims[next]);
    while (!over.empty() && over.top()->last < at) over.pop();
    Number last = over.empty() ? end : over.top()->last;
    if (next < claims.size() && claims[next].first <= last) last = claims[next].first - 1;
    emit(at, last, over.empty() ? unclaimed : over.top()->rank);
    if (last == end) return;
    at = last;
  }
}

template <typename Number>
std::vector<Region> cut(Family family, const std::vector<RankedRange>& ranges) {
  std::vector<Claim<Number>> claims;
  claims.reserve(ranges.size());
  for (const RankedRange& claim : ranges)
    if (claim.range.first.family == family)
      claims.push_back({number_of<Number>(claim.range.first), number_of<Number>(claim.range.last), claim.rank});
  std::sort(claims.begin(), claims.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Region> regions;
  regions.reserve(2 * claims.size() + 1);
  const Number end = sizeof(Number) == sizeof(std::uint64_t) ? Number{0xffffffffU} : ~Number{0};
  sweep<Number>(claims, end, [&](Number first, Number last, std::uint32_t rank) {
    if (!regions.empty() && regions.back().rank == rank)
      regions.back().range.last = address_of(last);
    else
      regions.push_back({{address_of(first), address_of(last)}, rank});
  });
  return regions;
}

}  // namespace

std::vector<Region> cut_space(Family family, const std::vector<RankedRange>& claims) {
  return family == Family::ipv4 ? cut<std::uint64_t>(family, claims) : cut<Wide>(family, claims);
}

}  // namespace relayrules
