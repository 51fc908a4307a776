// Signs: what one policy says of a name and of an address, as far as it decides between the two.
//
// For one policy, an address finds a rule and a name finds one, and the lower rank decides. Of a rank only that is kept
// which decides: which of the names' ranks are below it. So addresses that find the same outcome between the same names
// have one number, and so have names. What client_classes.cpp cuts clients with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/client_query.hpp"
#include "analysis/partition.hpp"
#include "base/large_memory.hpp"
#include "base/range_list.hpp"
#include "model/axes.hpp"
#include "model/policy.hpp"
#include "model/site.hpp"

namespace core::analysis {

/// What a side of the axes found, as far as it decides.
struct Sign {
  std::uint32_t place = 0;    ///< of a name: which of the names' places; of an address: how many of them are before it
  std::uint32_t outcome = 0;  ///< 1 and the index; 0: nothing is found

  friend auto operator<=>(const Sign&, const Sign&) = default;
};
using Signs = std::vector<Sign>;

[[nodiscard]] inline std::uint32_t outcome_of(const Policy& policy, const Candidate& found) {
  return found.rule == no_rule ? 0 : 1 + policy.rules.outcome_index(found.rule);
}

/// Numbers for lists of signs, in the order in which they come.
template <typename Key>
class Numbers {
 public:
  std::uint32_t of(const Key& key) {
    const auto [entry, is_new] = numbers_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
    if (is_new) keys_.push_back(&entry->first);
    return entry->second;
  }
  [[nodiscard]] const Key& operator[](std::uint32_t number) const { return *keys_[number]; }
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  std::map<Key, std::uint32_t> numbers_;
  std::vector<const Key*> keys_;
};

/// The same for pairs of numbers, a million of them: what is made for a pair is kept.
class NumberPairs {
 public:
  template <typename Make>
  std::uint32_t of(std::uint32_t a, std::uint32_t b, Make&& make) {
    const auto [entry, is_new] = numbers_.try_emplace(std::uint64_t{a} << 32 | b);
    if (is_new) entry->second = make();
    return entry->second;
  }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
};

/// Addresses in order, without gaps, each range with a number.
struct NumberedCells {
  RangeList ranges;
  std::vector<std::uint32_t> numbers;

  void add(const Range& range, std::uint32_t number) {
    ranges.push_back(range);
    numbers.push_back(number);
  }
};

[[nodiscard]] inline NumberedCells whole_space() {
  NumberedCells cells;
  for (const Range& range : every_address()) cells.add(range, 0);
  return cells;
}

template <typename Number>
NumberedCells crossed(const NumberedCells& a, const NumberedCells& b, Number&& number) {
  NumberedCells cells;
  reserve_large(cells.numbers, a.numbers.size() + b.numbers.size());
  cells.ranges.reserve_ipv4(a.numbers.size() + b.numbers.size());
  for (std::size_t i = 0, j = 0; i < a.numbers.size() && j < b.numbers.size();) {
    cells.numbers.push_back(number(a.numbers[i], b.numbers[j]));
    const int order = cells.ranges.push_common(a.ranges, i, b.ranges, j);
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
  return cells;
}

/// One policy without exceptions, with the signs of its axes.
class SignedPolicy {
 public:
  SignedPolicy(const Policy& policy, std::string_view daemon) : policy_(policy), axes_(cut(policy, daemon, {})) {
    for (Candidate& best : axes_.addresses.best) best = first_asked(best, axes_.anybody);
    if (axes_.names.empty() && axes_.other_names.rule == no_rule) return;  // no name has a place among the addresses
    for (const Candidate& best : axes_.addresses.best)
      if (best.rule != no_rule) address_ranks_.push_back(best.rank);
    std::sort(address_ranks_.begin(), address_ranks_.end());
    address_ranks_.erase(std::unique(address_ranks_.begin(), address_ranks_.end()), address_ranks_.end());
    for (const NameRegion& name : axes_.names) add_place(name.best);
    add_place(axes_.other_names);
    std::sort(places_.begin(), places_.end());
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
  }

  [[nodiscard]] Sign sign_of_name(const Candidate& found) const {
    if (found.rule == no_rule) return {};
    const auto place = std::lower_bound(places_.begin(), places_.end(), below(found.rank)) - places_.begin();
    return {static_cast<std::uint32_t>(place), outcome_of(policy_, found)};
  }
  /// The names that it is about; for all others the candidate is other_names().
  [[nodiscard]] std::span<const NameRegion> names() const { return axes_.names; }
  [[nodiscard]] const Candidate& other_names() const { return axes_.other_names; }
  [[nodiscard]] Candidate find_name(std::string_view pattern) const { return axes_.find_name(pattern); }

  NumberedCells take_cells(Numbers<Sign>& signs) {
    NumberedCells cells{std::move(axes_.addresses.ranges), {}};
    NumberPairs numbers;
    reserve_large(cells.numbers, axes_.addresses.size());
    for (const Candidate& best : axes_.addresses.best) {
      const Sign sign = sign_of(best);
      cells.numbers.push_back(numbers.of(sign.place, sign.outcome, [&] { return signs.of(sign); }));
    }
    axes_.addresses.best = {};
    return cells;
  }

  /// What decides for a name and an address together.
  [[nodiscard]] static std::uint32_t decided(const Sign& name, const Sign& address) {
    return name.outcome != 0 && name.place < address.place ? name.outcome : address.outcome;
  }

 private:
  /// How many ranks of addresses are below `rank`.
  [[nodiscard]] std::uint32_t below(std::uint32_t rank) const {
    return static_cast<std::uint32_t>(std::lower_bound(address_ranks_.begin(), address_ranks_.end(), rank) -
                                      address_ranks_.begin());
  }
  void add_place(const Candidate& name) {
    if (name.rule != no_rule) places_.push_back(below(name.rank));
  }
  [[nodiscard]] Sign sign_of(const Candidate& address) const {
    if (address.rule == no_rule) return {static_cast<std::uint32_t>(places_.size()), 0};
    const auto before =
        places_.empty() ? 0 : std::upper_bound(places_.begin(), places_.end(), below(address.rank)) - places_.begin();
    return {static_cast<std::uint32_t>(before), outcome_of(policy_, address)};
  }

  const Policy& policy_;
  Axes axes_;
  std::vector<std::uint32_t> address_ranks_;
  std::vector<std::uint32_t> places_;  ///< of names among the ranks of addresses
};

/// A kind of names, confirmed or not.
struct NameClass {
  std::string_view pattern;
  NameKind kind = NameKind::without;
  bool verified = true;

  [[nodiscard]] bool has_name() const { return kind != NameKind::without; }
};

/// What a view without exceptions sees of names that come in order.
class NameSigns {
 public:
  NameSigns(const SignedPolicy& policy, Subject subject)
      : policy_(policy),
        subject_(subject),
        others_(policy.sign_of_name(policy.other_names())),
        paranoid_(policy.sign_of_name(policy.find_name(paranoid_host))),
        walk_(policy.names()) {}

  Sign of(const NameClass& name) {
    if (!name.has_name()) return {};
    if (!name.verified && subject_ != Subject::claimed_client) return subject_ == Subject::client ? Sign{} : paranoid_;
    const NameRegion* found = name.kind == NameKind::pattern ? walk_.find(name.pattern) : nullptr;
    return found == nullptr ? others_ : policy_.sign_of_name(found->best);
  }

 private:
  const SignedPolicy& policy_;
  Subject subject_;
  Sign others_;
  Sign paranoid_;
  NearestWalk<NameRegion> walk_;
};

}  // namespace core::analysis
