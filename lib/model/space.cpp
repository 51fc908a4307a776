// Cutting the address space: see space.hpp. A sweep from the first address to the last one, with the claims that hold
// at the moment in a heap by rank. Addresses are numbers here: a million claims are sorted and compared, and numbers
// are fast at that.
#include "model/space.hpp"

#include <algorithm>
#include <array>
#include <queue>
#include <utility>

namespace core {
namespace {

using Wide = Claims::Ipv6Number;

template <typename Number>
using Claim = Claims::Claim<Number>;

template <typename Number>
Number number_of(const Address& address) {
  if constexpr (sizeof(Number) == sizeof(std::uint32_t)) {
    return address.ipv4();
  } else {
    Number number = 0;
    for (const std::uint8_t byte : address.bytes) number = number << 8 | byte;
    return number;
  }
}

template <typename Number>
Address address_of(Number number) {
  if constexpr (sizeof(Number) == sizeof(std::uint32_t)) {
    return Address::from_ipv4(number);
  } else {
    Address address;
    address.family = Family::ipv6;
    for (std::size_t i = 16; i-- > 0; number >>= 8) address.bytes[i] = static_cast<std::uint8_t>(number & 0xff);
    return address;
  }
}

/// Sorts by eleven bits at a time, the lowest first: three passes, whatever the order was.
void sort_by_digits(std::vector<Claim<std::uint32_t>>& claims) {
  constexpr unsigned digit_bits = 11;
  constexpr std::uint32_t digits = 1U << digit_bits;
  std::vector<Claim<std::uint32_t>> sorted(claims.size());
  for (unsigned shift = 0; shift < 32; shift += digit_bits) {
    std::array<std::uint32_t, digits> ends{};
    for (const auto& claim : claims) ++ends[claim.first >> shift & (digits - 1)];
    std::uint32_t begin = 0;
    for (std::uint32_t& end : ends) begin += std::exchange(end, begin);
    for (const auto& claim : claims) sorted[ends[claim.first >> shift & (digits - 1)]++] = claim;
    claims.swap(sorted);
  }
}

template <typename Number>
void sort_by_first(std::vector<Claim<Number>>& claims) {
  const auto is_before = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (std::is_sorted(claims.begin(), claims.end(), is_before)) return;
  if constexpr (sizeof(Number) == sizeof(std::uint32_t)) {
    constexpr std::size_t few = 4096;
    if (claims.size() > few) return sort_by_digits(claims);
  }
  std::sort(claims.begin(), claims.end(), is_before);
}

/// One pass over sorted claims; `emit(first, last, rank)` gets the pieces in order; neighbours differ in rank.
template <typename Number, typename Emit>
void sweep(const std::vector<Claim<Number>>& claims, Emit&& emit) {
  constexpr Number end = static_cast<Number>(~Number{0});
  const auto is_worse = [](const Claim<Number>* a, const Claim<Number>* b) { return a->rank > b->rank; };
  std::priority_queue<const Claim<Number>*, std::vector<const Claim<Number>*>, decltype(is_worse)> over(is_worse);
  std::size_t next = 0;
  Number begin = 0;  // of the piece that is not yet emitted
  std::uint32_t winner = no_rule;
  for (Number at = 0;; ++at) {
    for (; next < claims.size() && claims[next].first <= at; ++next) over.push(&claims[next]);
    while (!over.empty() && over.top()->last < at) over.pop();
    Number last = over.empty() ? end : over.top()->last;
    if (next < claims.size() && claims[next].first <= last) last = claims[next].first - 1;
    const std::uint32_t rank = over.empty() ? no_rule : over.top()->rank;
    if (rank != winner && at != 0) emit(begin, static_cast<Number>(at - 1), winner);
    if (rank != winner) begin = at;
    winner = rank;
    if (last == end) break;
    at = last;
  }
  emit(begin, end, winner);
}

template <typename Number>
void append_claim(std::vector<Claim<Number>>& claims, const Claim<Number>& added) {
  if (!claims.empty() && claims.back().rank == added.rank && added.first != 0 && claims.back().last == added.first - 1)
    claims.back().last = added.last;
  else
    claims.push_back(added);
}

}  // namespace

void Claims::add(const Range& range, std::uint32_t rank) {
  if (range.first.family == Family::ipv4)
    append_claim(ipv4_, {range.first.ipv4(), range.last.ipv4(), rank});
  else
    append_claim(ipv6_, {number_of<Ipv6Number>(range.first), number_of<Ipv6Number>(range.last), rank});
}

void Claims::add(const Prefix& prefix, std::uint32_t rank) {
  if (prefix.base.family != Family::ipv4) return add(range_of(prefix), rank);
  const std::uint32_t first = prefix.base.ipv4();
  append_claim(ipv4_, {first, first | static_cast<std::uint32_t>(0xffffffffULL >> prefix.bits), rank});
}

RankedRegions cut_space(Claims claims) {
  sort_by_first(claims.ipv4_);
  sort_by_first(claims.ipv6_);
  RankedRegions regions;
  // where claims are scattered there is a gap behind each
  regions.ranges.reserve_ipv4(2 * claims.ipv4_.size() + 1);
  reserve_large(regions.ranks, 2 * (claims.ipv4_.size() + claims.ipv6_.size()) + 2);
  sweep(claims.ipv4_, [&](std::uint32_t first, std::uint32_t last, std::uint32_t rank) {
    regions.ranges.push_ipv4(first, last);
    regions.ranks.push_back(rank);
  });
  sweep(claims.ipv6_, [&](Wide first, Wide last, std::uint32_t rank) {
    regions.ranges.push_back({address_of(first), address_of(last)});
    regions.ranks.push_back(rank);
  });
  return regions;
}

std::vector<Region> cut_space(Family family, const std::vector<RankedRange>& claims) {
  Claims own;
  for (const RankedRange& claim : claims)
    if (claim.range.first.family == family) own.add(claim.range, claim.rank);
  const RankedRegions cut = cut_space(std::move(own));
  std::vector<Region> regions;
  for (std::size_t i = 0; i < cut.ranks.size(); ++i)
    if (const Range range = cut.ranges[i]; range.first.family == family) regions.push_back({range, cut.ranks[i]});
  return regions;
}

namespace {
std::vector<Range> ipv6_ranges_of(const RangeList& list) {
  std::vector<Range> ranges;
  for (std::size_t i = list.ipv4_size(); i < list.size(); ++i) ranges.push_back(list[i]);
  return ranges;
}
}  // namespace

std::vector<Range> subtract(const std::vector<Range>& included, const std::vector<Range>& excluded) {
  constexpr std::uint32_t out = 0;
  constexpr std::uint32_t in = 1;
  Claims claims;
  for (const Range& range : excluded) claims.add(range, out);
  for (const Range& range : included) claims.add(range, in);
  const RankedRegions cut = cut_space(std::move(claims));
  std::vector<Range> rest;
  for (std::size_t i = 0; i < cut.ranks.size(); ++i)
    if (cut.ranks[i] == in) rest.push_back(cut.ranges[i]);
  return rest;
}

RangeList subtract(const RangeList& included, const RangeList& excluded) {
  RangeList rest;
  std::size_t next = 0;  // of `excluded`: the first that does not end before the range
  for (std::size_t i = 0; i < included.ipv4_size(); ++i) {
    const auto [first, last] = included.ipv4(i);
    std::uint64_t begin = first;
    while (next < excluded.ipv4_size() && excluded.ipv4(next).second < first) ++next;
    for (std::size_t j = next; j < excluded.ipv4_size() && excluded.ipv4(j).first <= last; ++j) {
      const auto [from, to] = excluded.ipv4(j);
      if (begin < from) rest.append_ipv4(static_cast<std::uint32_t>(begin), from - 1);
      begin = std::uint64_t{to} + 1;
      next = j;
    }
    if (begin <= last) rest.append_ipv4(static_cast<std::uint32_t>(begin), last);
  }
  for (const Range& range : subtract(ipv6_ranges_of(included), ipv6_ranges_of(excluded))) rest.push_back(range);
  return rest;
}

}  // namespace core
