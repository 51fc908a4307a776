// Axes: what a policy says of addresses, and what it says of names, each by itself.
//
// A client is an address, perhaps a name, perhaps an info. Every look-up that we know compares what the address finds
// with what the name finds, and the one that is asked first decides. So a policy is known for all clients when it is
// known along each axis: a list of address regions and a list of names, each with a candidate and the rank at which it
// is asked. The decision for a client is the candidate with the lower rank. This is what makes proofs over all clients
// near-linear: nothing is ever asked address by address, or pair by pair.
//
// Held equal to evaluate by tests/unit/axes_test.cpp, exhaustively over a small world.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/range_list.hpp"
#include "model/name_pattern.hpp"
#include "model/policy.hpp"
#include "model/space.hpp"

namespace core {

/// A rule that is found along one axis. The lowest rank decides; two candidates never have the same rank and different
/// rules.
struct Candidate {
  std::uint32_t rank = no_rule;
  std::uint32_t rule = no_rule;  ///< index into Policy::rules; no_rule: no rule

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// The one of two that decides.
[[nodiscard]] inline const Candidate& first_asked(const Candidate& a, const Candidate& b) {
  return b.rank < a.rank ? b : a;
}

struct AddressRegion {
  Range range;
  Candidate best;
};

/// All of IPv4, then all of IPv6, in order, without gaps, and the candidate of each range.
struct AddressRegions {
  RangeList ranges;
  std::vector<Candidate> best;

  [[nodiscard]] std::size_t size() const { return best.size(); }
};

/// Who decides where the rank of a claim is the rule that makes it: the first of the text.
[[nodiscard]] AddressRegions regions_by_order(Claims claims);

/// What the names say that match `pattern` (model/name_pattern.hpp) and no longer pattern of the list. A view into the
/// policy.
struct NameRegion {
  std::string_view pattern;
  Candidate best;
};

/// The order of names read from their end: each name stands behind the suffixes that it is below, the longest of them
/// last. Negative, zero or positive as `a` stands before, at or behind `b`.
[[nodiscard]] int compare_reversed(std::string_view a, std::string_view b);
[[nodiscard]] inline bool is_before_reversed(std::string_view a, std::string_view b) {
  return compare_reversed(a, b) < 0;
}

/// Of `names`, sorted by is_before_reversed, the one with this pattern; null when there is none.
template <typename Name>
const Name* find_exact(std::span<const Name> names, std::string_view pattern) {
  const auto found = std::lower_bound(
      names.begin(), names.end(), pattern,
      [](const Name& name, std::string_view wanted) { return is_before_reversed(name.pattern, wanted); });
  return found != names.end() && found->pattern == pattern ? &*found : nullptr;
}

/// As find_exact, or else that of the longest suffix that `pattern` is below.
template <typename Name>
const Name* find_nearest(std::span<const Name> names, std::string_view pattern) {
  const Name* found = find_exact(names, pattern);
  for (std::size_t dot = find_wider_suffix(pattern, 0); found == nullptr && dot != std::string_view::npos;
       dot = find_wider_suffix(pattern, dot + 1))
    found = find_exact(names, pattern.substr(dot));
  return found;
}

/// find_nearest for many patterns that come sorted by is_before_reversed: one walk beside the names. These must stay
/// alive.
template <typename Name>
class NearestWalk {
 public:
  explicit NearestWalk(std::span<const Name> names) : names_(names) {}
  /// The same pattern may come again.
  const Name* find(std::string_view pattern) {
    for (; next_ < names_.size() && compare_reversed(names_[next_].pattern, pattern) <= 0; ++next_) {
      leave_for(names_[next_].pattern);
      around_.push_back(next_);
    }
    leave_for(pattern);
    return around_.empty() ? nullptr : &names_[around_.back()];
  }

 private:
  void leave_for(std::string_view pattern) {
    while (!around_.empty() && !covers_name(names_[around_.back()].pattern, pattern)) around_.pop_back();
  }

  std::span<const Name> names_;
  std::size_t next_ = 0;
  std::vector<std::size_t> around_;  ///< places of those that the last pattern is below, the longest last
};

struct Axes {
  AddressRegions addresses;
  std::vector<NameRegion> names;  ///< sorted by is_before_reversed
  Candidate other_names;          ///< for a name that no pattern is about
  Candidate anybody;              ///< for clients that nothing else is about; rule no_rule: no rule matches them

  /// The candidate for clients with a name of `pattern` (model/name_pattern.hpp), in lower case; it need not be one of
  /// the list. A suffix stands for all names below it that no longer pattern is about.
  [[nodiscard]] Candidate find_name(std::string_view pattern) const {
    const auto* found = find_nearest<NameRegion>(names, pattern);
    return found != nullptr ? found->best : other_names;
  }
};

/// Cuts `policy`, which must stay alive, for clients with this info (none: clients without). `daemon` as in evaluate.
/// Only for policies without exceptions: with them a rule's meaning is no product of an address and a name (see
/// analysis/partition.hpp).
[[nodiscard]] Axes cut(const Policy& policy, std::string_view daemon, const std::optional<std::string>& info);

/// What the rules with one info say. They are asked before all others, so that it lies over what holds for clients
/// without an info.
struct InfoRules {
  std::string_view info;                 ///< a text of the policy
  std::vector<AddressRegion> addresses;  ///< each a single address, sorted
  std::vector<NameRegion> names;         ///< each a single name, sorted as in Axes
};

/// The claims of each info that some rule names, sorted by info: together as long as the rules, however many infos
/// there are. First match knows none.
[[nodiscard]] std::vector<InfoRules> info_rules_of(const Policy& policy);

/// The name patterns that rules and exceptions of `policy` are about, as they come; views into the policy.
[[nodiscard]] std::vector<std::string_view> name_patterns_of(const Policy& policy);

/// True when some rule has exceptions.
[[nodiscard]] bool has_exceptions(const Policy& policy);

/// The first rule that proofs know no way to cut; none when all can be. By key these are keys of ucspi-tcp-ipv6 that
/// are asked for addresses no list of networks can say; by first rule name classes, masks with gaps, wildcards,
/// users, and rules that let in whom the daemon's process has the rights for.
[[nodiscard]] std::optional<std::size_t> find_uncuttable(const Policy& policy);
/// What such a policy has that proofs cannot cut: a clause for users.
[[nodiscard]] std::string_view why_uncuttable(const Policy& policy);

/// True when the candidate, of `policy`, is found because of an info.
[[nodiscard]] bool is_about_info(const Policy& policy, const Candidate& candidate);

}  // namespace core
