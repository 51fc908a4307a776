// Choosing address keys: see octet_keys.hpp. It is the known algorithm for the smallest routing table (Draves, King,
// Venkatachary, Zill: Constructing Optimal IP Routing Tables, 1999) on a tree of octets in place of bits, and with one
// state more.
//
// A block of the tree (/0, /8, /16, /24, /32) inherits the decision of the nearest key above it, or nothing when there
// is none. For each block two things are known from below: what it costs when it inherits nothing, and what it costs
// when it inherits a decision, which is the same number for all decisions but some that are preferred, where it is one
// key less. Sums of such costs are costs of the same shape, because a key of the block's own turns any inheritance into
// a preferred decision.
#include "cdb/octet_keys.hpp"

#include <algorithm>
#include <utility>

namespace core::cdb {
namespace {

using Cost = std::uint64_t;
/// A cost that nobody can pay; sums of a few hundred of them still fit.
constexpr Cost impossible = Cost{1} << 40;

/// What a block costs, by what it inherits.
struct Costs {
  Cost nothing = 0;              ///< no key above
  Cost other = 0;                ///< a decision that is not preferred
  bool needs_preferred = false;  ///< a decision that is not preferred is impossible, and a key of its own is no way out
};

/// One child or several alike: `count` blocks from octet `first` on.
struct Child {
  std::uint32_t index = 0;  ///< of the area when uniform, of the block otherwise
  std::uint16_t first = 0;
  std::uint16_t count = 1;
  bool uniform = true;
};

/// A block with more than one area in it.
struct Block {
  std::uint32_t base = 0;
  unsigned depth = 0;  ///< number of octets that are fixed: 0 to 3
  std::vector<Child> children;
  std::vector<std::uint32_t> preferred;  ///< sorted
  Costs costs;
  bool keeps_nothing = true;    ///< inheriting nothing: no own key
  bool keeps_decision = false;  ///< inheriting a decision that is not preferred: no own key
};

std::uint32_t block_size(unsigned depth) { return std::uint32_t{1} << (32 - 8 * depth); }

bool can(const Area& area, KeyLevel level) { return (area.levels & level) != 0; }

/// The costs of a block of `depth` octets (1 to 4) that lies in one area. The area's decision is its preferred decision
/// when has_preferred().
Costs uniform_costs(const Area& area, unsigned depth) {
  Costs costs;
  if (depth == 4) {
    costs.other = can(area, by_full_address) ? 1 : impossible;
    costs.needs_preferred = !can(area, by_full_address) && can(area, by_prefix);
  } else if (can(area, by_prefix)) {
    costs.other = 1;
  } else {
    const bool spelled_out = depth == 3 && can(area, by_full_address) && area.size() <= max_spelled_out;
    costs.other = spelled_out ? 256 : impossible;
  }
  costs.nothing = can(area, by_no_key) ? 0 : costs.other;
  return costs;
}

class OctetChooser {
 public:
  explicit OctetChooser(std::span<const Area> areas) : areas_(areas) {}

  std::optional<std::vector<AddressKey>> choose() {
    const std::uint32_t root = build(0, 0, 0);
    if (blocks_[root].costs.nothing >= impossible) return std::nullopt;
    extract(blocks_[root], std::nullopt);
    return std::move(keys_);
  }

 private:
  /// Builds the block and everything below it; `at` is the area that holds its first address.
  std::uint32_t build(std::uint32_t base, unsigned depth, std::uint32_t at) {
    Block block;
    block.base = base;
    block.depth = depth;
    const std::uint32_t step = block_size(depth + 1);
    for (unsigned octet = 0; octet < 256;) {
      const std::uint32_t first = base + octet * step;
      while (areas_[at].last < first) ++at;
      const std::uint64_t fitting = (std::uint64_t{areas_[at].last} - first + 1) / step;
      const auto count = static_cast<std::uint16_t>(std::min<std::uint64_t>(fitting, 256 - octet));
      const auto position = static_cast<std::uint16_t>(octet);
      if (count != 0)
        block.children.push_back({at, position, count, true});
      else
        block.children.push_back({build(first, depth + 1, at), position, 1, false});
      octet += std::max<unsigned>(count, 1);
    }
    weigh(block);
    blocks_.push_back(std::move(block));
    return static_cast<std::uint32_t>(blocks_.size() - 1);
  }

  /// Sums up the children and decides what a key of the block's own is good for.
  void weigh(Block& block) {
    Costs sum;
    std::vector<std::pair<std::uint32_t, Cost>> savings;  // by preferred decision
    std::vector<std::uint32_t> needed;
    for (const Child& child : block.children) add_child(block, child, sum, savings, needed);
    const Cost saved = find_preferred(block, std::move(savings), needed);
    if (!needed.empty() && block.preferred.empty())
      sum.other = impossible;  // two addresses need two different prefix keys
    const Cost own_key = sum.other - saved + 1;
    block.keeps_decision = saved <= 1 && needed.empty();
    block.costs.other = std::min(impossible, block.keeps_decision ? sum.other : own_key);
    if (block.costs.other == impossible) block.preferred.clear();
    const bool may_have_key = block.depth > 0 && !block.preferred.empty();
    block.keeps_nothing = !may_have_key || sum.nothing <= own_key;
    block.costs.nothing = std::min(impossible, block.keeps_nothing ? sum.nothing : own_key);
  }

  void add_child(const Block& block, const Child& child, Costs& sum,
                 std::vector<std::pair<std::uint32_t, Cost>>& savings, std::vector<std::uint32_t>& needed) const {
    if (!child.uniform) {
      const Block& below = blocks_[child.index];
      sum.nothing += below.costs.nothing;
      sum.other += below.costs.other;
      for (const std::uint32_t decision : below.preferred) savings.emplace_back(decision, 1);
      return;
    }
    const Area& area = areas_[child.index];
    const Costs costs = uniform_costs(area, block.depth + 1);
    sum.nothing += costs.nothing * child.count;
    if (costs.needs_preferred) {
      needed.push_back(area.decision);  // then it costs nothing
      return;
    }
    sum.other += costs.other * child.count;
    if (can(area, by_prefix)) savings.emplace_back(area.decision, child.count);
  }

  /// Sets the block's preferred: the decisions that save most. Returns how many keys each of them saves.
  static Cost find_preferred(Block& block, std::vector<std::pair<std::uint32_t, Cost>> savings,
                             const std::vector<std::uint32_t>& needed) {
    std::sort(savings.begin(), savings.end());
    Cost best = 0;
    for (std::size_t i = 0; i < savings.size();) {
      const std::uint32_t decision = savings[i].first;
      Cost saved = 0;
      for (; i < savings.size() && savings[i].first == decision; ++i) saved += savings[i].second;
      if (!needed.empty() ? decision != needed.front() : saved < best) continue;
      if (saved > best) block.preferred.clear();
      best = saved;
      block.preferred.push_back(decision);
    }
    if (needed.empty()) return best;
    block.preferred.clear();
    const bool agreed =
        std::all_of(needed.begin(), needed.end(), [&](std::uint32_t one) { return one == needed.front(); });
    if (agreed) block.preferred.push_back(needed.front());
    return best;
  }

  /// Emits the keys of `block`, which inherits a decision or nothing.
  void extract(const Block& block, std::optional<std::uint32_t> inherited) {
    const bool is_preferred =
        inherited && std::binary_search(block.preferred.begin(), block.preferred.end(), *inherited);
    const bool keeps = inherited ? is_preferred || block.keeps_decision : block.keeps_nothing;
    if (!keeps) {
      inherited = block.preferred.front();
      emit(block.base, block.depth, *inherited);
    }
    for (const Child& child : block.children) {
      if (!child.uniform) {
        extract(blocks_[child.index], inherited);
        continue;
      }
      for (unsigned i = 0; i < child.count; ++i)
        extract_uniform(areas_[child.index], block.base + (child.first + i) * block_size(block.depth + 1),
                        block.depth + 1, inherited);
    }
  }

  void extract_uniform(const Area& area, std::uint32_t base, unsigned depth, std::optional<std::uint32_t> inherited) {
    if (inherited ? *inherited == area.decision && can(area, by_prefix) : can(area, by_no_key)) return;
    if (depth == 4 || can(area, by_prefix)) return emit(base, depth, area.decision);
    for (std::uint32_t i = 0; i < block_size(depth); ++i) emit(base + i, 4, area.decision);
  }

  void emit(std::uint32_t base, unsigned depth, std::uint32_t decision) {
    keys_.push_back({make_prefix(Address::from_ipv4(base), depth * 8), decision});
  }

  std::span<const Area> areas_;
  std::vector<Block> blocks_;
  std::vector<AddressKey> keys_;
};

}  // namespace

std::optional<std::vector<AddressKey>> choose_octet_keys(std::span<const Area> areas) {
  return OctetChooser(areas).choose();
}

}  // namespace core::cdb
