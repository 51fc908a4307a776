// Pairing: what two policies say at the same place of an axis, side by side.
//
//   axes of both --> address regions on which neither side changes   (merge of two sorted lists)
//                --> names that neither side tells apart             (sort by reversed text, each below its nearest suffix)
//
// Views into the axes are kept: they, and the policies, must outlive what is made here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/axes.hpp"

namespace core::analysis {

/// What both sides find at one place of an axis.
struct Pair {
  Candidate before;
  Candidate after;
};

/// Disjoint addresses in order, each range with what is found for clients that no name decides.
struct PairedRegions {
  RangeList ranges;
  std::vector<Pair> found;

  [[nodiscard]] std::size_t size() const { return found.size(); }
  void reserve(std::size_t count) {
    ranges.reserve_ipv4(count);
    reserve_large(found, count);
  }
  void push_back(const Range& range, const Pair& pair) {
    ranges.push_back(range);
    found.push_back(pair);
  }
};

enum class NameKind : std::uint8_t {
  without,  ///< clients that have no name
  others,   ///< names that no pattern is about
  pattern,  ///< one name, or the names below a suffix that no longer pattern is about
};

struct PairedName {
  NameKind kind = NameKind::pattern;
  std::string_view pattern;
  Pair found;
};

/// True when `a` makes the plainer witness: no name at all, then one exact name, then one that must be made up.
[[nodiscard]] bool is_plainer(const PairedName& a, const PairedName& b);

/// All of IPv4, then all of IPv6. `anybody`: who is found for clients that nothing else is about.
[[nodiscard]] PairedRegions pair_regions(const AddressRegions& before, const AddressRegions& after,
                                         const Pair& anybody);

/// `regions` with what info says of single addresses laid over them: only those addresses.
[[nodiscard]] PairedRegions pair_info_addresses(const PairedRegions& regions, const std::vector<AddressRegion>& before,
                                                const std::vector<AddressRegion>& after);

/// `regions` without the single addresses of `points`.
[[nodiscard]] PairedRegions without_points(const PairedRegions& regions, const PairedRegions& points);

/// Every name in exactly one entry: clients without, others, then the patterns of both sides.
[[nodiscard]] std::vector<PairedName> pair_names(const Axes& before, const Axes& after);

/// The names that info says something of.
[[nodiscard]] std::vector<PairedName> pair_info_names(const Axes& before, const Axes& after,
                                                      const std::vector<NameRegion>& info_before,
                                                      const std::vector<NameRegion>& info_after);

/// `names` with `info_names` laid over them: again every name in exactly one entry.
[[nodiscard]] std::vector<PairedName> overlaid(const std::vector<PairedName>& names,
                                               const std::vector<PairedName>& info_names);

}  // namespace core::analysis
