// RangeList: addresses as ranges in order, eight bytes for one of IPv4.
//
// What proofs hold by the million. The ranges are disjoint, IPv4 before IPv6; where append() made the list they never
// touch either, and then their prefixes one after the other are the fewest that say the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "base/address.hpp"
#include "base/address_count.hpp"
#include "base/large_memory.hpp"

namespace core {

/// A list of disjoint ranges in order. A value; not thread-safe while it changes.
class RangeList {
 public:
  /// Gives ranges by value.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Range;
    using difference_type = std::ptrdiff_t;
    using pointer = const Range*;
    using reference = Range;

    Iterator(const RangeList& list, std::size_t index) : list_(&list), index_(index) {}
    Range operator*() const { return (*list_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    const RangeList* list_;
    std::size_t index_;
  };

  RangeList() = default;
  RangeList(std::initializer_list<Range> ranges) {
    for (const Range& range : ranges) push_back(range);
  }

  [[nodiscard]] std::size_t size() const { return ipv4_.size() + ipv6_.size(); }
  [[nodiscard]] bool empty() const { return ipv4_.empty() && ipv6_.empty(); }
  [[nodiscard]] Range operator[](std::size_t index) const {
    if (index >= ipv4_.size()) return ipv6_[index - ipv4_.size()];
    return {Address::from_ipv4(ipv4_[index].first), Address::from_ipv4(ipv4_[index].last)};
  }
  [[nodiscard]] Range front() const { return (*this)[0]; }
  [[nodiscard]] Range back() const { return (*this)[size() - 1]; }
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

  /// Makes room in an empty list.
  void reserve_ipv4(std::size_t count) { reserve_large(ipv4_, count); }
  /// Adds a range that lies behind all others; it stays a range of its own.
  void push_back(const Range& range) {
    if (range.first.family == Family::ipv4)
      push_ipv4(range.first.ipv4(), range.last.ipv4());
    else
      ipv6_.push_back(range);
  }
  /// As push_back, for IPv4; there must be no IPv6 range yet.
  void push_ipv4(std::uint32_t first, std::uint32_t last) { ipv4_.push_back({first, last}); }
  /// Adds a range that begins behind the beginning of the last one: joined with it where they touch or overlap.
  void append(const Range& range);
  /// As append, for IPv4; there must be no IPv6 range yet.
  void append_ipv4(std::uint32_t first, std::uint32_t last) { append_ipv4(Ipv4Range{first, last}); }
  /// append(other[index]).
  void append(const RangeList& other, std::size_t index) {
    if (index < other.ipv4_.size())
      append_ipv4(other.ipv4_[index]);
    else
      append(other.ipv6_[index - other.ipv4_.size()]);
  }
  /// push_back of what a[i] and b[j], which overlap, have in common. Below zero: b[j] goes on behind a[i]; above: a[i]
  /// behind b[j].
  int push_common(const RangeList& a, std::size_t i, const RangeList& b, std::size_t j);
  /// Number of IPv4 ranges: these have the indices from 0.
  [[nodiscard]] std::size_t ipv4_size() const { return ipv4_.size(); }
  /// First and last address of an IPv4 range as numbers.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> ipv4(std::size_t index) const {
    return {ipv4_[index].first, ipv4_[index].last};
  }

  friend RangeList merged(const RangeList& a, const RangeList& b);
  friend bool operator==(const RangeList&, const RangeList&) = default;
  friend auto operator<=>(const RangeList&, const RangeList&) = default;

 private:
  struct Ipv4Range {
    std::uint32_t first;
    std::uint32_t last;
    friend auto operator<=>(const Ipv4Range&, const Ipv4Range&) = default;
  };
  void append_ipv4(const Ipv4Range& range) {
    if (!ipv4_.empty() && range.first <= std::uint64_t{ipv4_.back().last} + 1)
      ipv4_.back().last = std::max(ipv4_.back().last, range.last);
    else
      ipv4_.push_back(range);
  }

  std::vector<Ipv4Range> ipv4_;
  std::vector<Range> ipv6_;
};

/// Number of addresses in `ranges`.
[[nodiscard]] AddressCount count_addresses(const RangeList& ranges);
/// Number of addresses of `family` in `ranges`.
[[nodiscard]] AddressCount count_addresses(const RangeList& ranges, Family family);
/// How many prefixes say the same as `ranges`, at the fewest. The ranges must not touch.
[[nodiscard]] std::size_t count_prefixes(const RangeList& ranges);
/// The fewest prefixes that say the same as `ranges`, in order: the first `most` of them. The ranges must not touch.
[[nodiscard]] std::vector<Prefix> prefixes_of(const RangeList& ranges, std::size_t most = SIZE_MAX);
/// The addresses of both, joined. Linear.
[[nodiscard]] RangeList merged(const RangeList& a, const RangeList& b);
/// The addresses of all lists, joined.
[[nodiscard]] RangeList united(std::vector<RangeList> lists);
/// The addresses of `ranges`, which may overlap and come in any order.
[[nodiscard]] RangeList range_list_of(std::vector<Range> ranges);
/// The index of the first range that ends at `address` or behind it; size() when there is none.
[[nodiscard]] std::size_t find_reaching(const RangeList& ranges, const Address& address);
/// The index of the range in which `address` lies; none when there is no such range.
[[nodiscard]] std::optional<std::size_t> find(const RangeList& ranges, const Address& address);

}  // namespace core
