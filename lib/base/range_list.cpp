// Lists of ranges: see range_list.hpp.
#include "base/range_list.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace core {
namespace {

/// The number of prefixes in an IPv4 range. They grow up to the most even address inside the range, and shrink behind
/// it: the ones in the distances to it count them.
std::size_t count_ipv4_prefixes(std::uint64_t first, std::uint64_t last) {
  const std::uint64_t behind = last + 1;
  const auto low_bits = static_cast<unsigned>(std::bit_width(first ^ behind)) - 1;
  const std::uint64_t middle = behind >> low_bits << low_bits;
  return static_cast<std::size_t>(std::popcount(middle - first) + std::popcount(behind - middle));
}

}  // namespace

void RangeList::append(const Range& range) {
  if (range.first.family == Family::ipv4) return append_ipv4({range.first.ipv4(), range.last.ipv4()});
  const auto behind = ipv6_.empty() ? std::nullopt : successor(ipv6_.back().last);
  if (!ipv6_.empty() && (!behind || range.first <= *behind))
    ipv6_.back().last = std::max(ipv6_.back().last, range.last);
  else
    ipv6_.push_back(range);
}

int RangeList::push_common(const RangeList& a, std::size_t i, const RangeList& b, std::size_t j) {
  const auto common = [](const auto& x, const auto& y, auto& list) {
    list.push_back({std::max(x.first, y.first), std::min(x.last, y.last)});
    return x.last == y.last ? 0 : x.last < y.last ? -1 : 1;
  };
  if (i < a.ipv4_.size()) return common(a.ipv4_[i], b.ipv4_[j], ipv4_);
  return common(a.ipv6_[i - a.ipv4_.size()], b.ipv6_[j - b.ipv4_.size()], ipv6_);
}

AddressCount count_addresses(const RangeList& ranges, Family family) {
  std::uint64_t ipv4 = 0;
  AddressCount ipv6;
  for (std::size_t i = 0; family == Family::ipv4 && i < ranges.ipv4_size(); ++i) {
    const auto [first, last] = ranges.ipv4(i);
    ipv4 += std::uint64_t{last} - first + 1;
  }
  for (std::size_t i = ranges.ipv4_size(); family == Family::ipv6 && i < ranges.size(); ++i) ipv6.add(ranges[i]);
  return family == Family::ipv4 ? AddressCount(ipv4) : ipv6;
}

AddressCount count_addresses(const RangeList& ranges) {
  AddressCount count = count_addresses(ranges, Family::ipv4);
  count.add(count_addresses(ranges, Family::ipv6));
  return count;
}

std::size_t count_prefixes(const RangeList& ranges) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < ranges.ipv4_size(); ++i) {
    const auto [first, last] = ranges.ipv4(i);
    count += count_ipv4_prefixes(first, last);
  }
  for (std::size_t i = ranges.ipv4_size(); i < ranges.size(); ++i) count += prefixes_of(ranges[i]).size();
  return count;
}

std::vector<Prefix> prefixes_of(const RangeList& ranges, std::size_t most) {
  std::vector<Prefix> prefixes;
  for (std::size_t i = 0; i < ranges.size() && prefixes.size() < most; ++i) append_prefixes(prefixes, ranges[i]);
  if (prefixes.size() > most) prefixes.resize(most);
  return prefixes;
}

RangeList merged(const RangeList& a, const RangeList& b) {
  RangeList both;
  both.reserve_ipv4(a.ipv4_.size() + b.ipv4_.size());
  const auto merge = [](const auto& x, const auto& y, auto&& append) {
    for (auto i = x.begin(), j = y.begin(); i != x.end() || j != y.end();)
      append(j == y.end() || (i != x.end() && i->first <= j->first) ? *i++ : *j++);
  };
  merge(a.ipv4_, b.ipv4_, [&](const auto& range) { both.append_ipv4(range); });
  merge(a.ipv6_, b.ipv6_, [&](const Range& range) { both.append(range); });
  return both;
}

RangeList united(std::vector<RangeList> lists) {
  while (lists.size() > 1) {  // merges neighbours until one is left
    std::size_t kept = 0;
    for (std::size_t i = 0; i < lists.size(); i += 2)
      lists[kept++] = i + 1 < lists.size() ? merged(lists[i], lists[i + 1]) : std::move(lists[i]);
    lists.resize(kept);
  }
  return lists.empty() ? RangeList() : std::move(lists.front());
}

RangeList range_list_of(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end());
  RangeList list;
  for (const Range& range : ranges) list.append(range);
  return list;
}

std::size_t find_reaching(const RangeList& ranges, const Address& address) {
  std::size_t low = 0;
  std::size_t high = ranges.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (ranges[middle].last < address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::optional<std::size_t> find(const RangeList& ranges, const Address& address) {
  const std::size_t place = find_reaching(ranges, address);
  if (place == ranges.size() || address < ranges[place].first) return std::nullopt;
  return place;
}

}  // namespace core
