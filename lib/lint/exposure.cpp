// Sweeping over the address space: see exposure.hpp. Every rule becomes intervals with a rank; walking along their
// borders, the interval with the lowest rank decides. The rank is what the policy's resolution says: fewer addresses in
// the key first, or the order of the text. No key is about a net of IPv6: there the order of the text is rank enough.
#include "lint/exposure.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "model/evaluate.hpp"
#include "model/matched.hpp"
#include "model/networks.hpp"
#include "model/space.hpp"

namespace core {
namespace {

constexpr std::uint64_t whole_space = std::uint64_t{1} << 32;

std::uint64_t width_of(const Range& range) { return std::uint64_t{range.last.ipv4()} - range.first.ipv4() + 1; }

/// The addresses of strangers that `rule` is about. Names are about no stranger.
std::vector<Range> stranger_ranges(const PolicyFacts& facts, const Rule& rule, Family family) {
  std::vector<Range> ranges = matched(facts.policy, rule, matches_everybody);
  std::erase_if(ranges, [&](const Range& range) { return range.first.family != family; });
  return ranges;
}

/// Lower goes first.
struct Rank {
  unsigned key_bits = 0;    // 33 - bits of the octet prefix that is asked; 0 where the order of the text decides
  std::uint64_t width = 0;  // of the whole rule, where the narrower one gets a key
  std::uint32_t rule = 0;

  friend auto operator<=>(const Rank&, const Rank&) = default;
};

class Sweep {
 public:
  explicit Sweep(const PolicyFacts& facts) : facts_(facts) {}

  /// Adds rule `index`, if strangers can match it.
  void add(std::uint32_t index) {
    const Rule rule = facts_.rule(index);
    if (rule.info() != 0) return;
    const std::vector<Range> ranges = stranger_ranges(facts_, rule, Family::ipv4);
    if (ranges.empty()) return;
    if (!facts_.policy.is_by_key()) {
      for (const Range& range : ranges) add_interval(range, {0, 0, index});
      return;
    }
    std::uint64_t width = 0;
    for (const Range& range : ranges) width += width_of(range);
    if (facts_.policy.lookup.tie == Lookup::Tie::first) width = 0;
    if (rule.is<AnyClient>()) return add_interval(ranges.front(), {33, 0, index});
    if (const auto octets = rule.get_if<OctetRange>()) {
      for (const Range& range : ranges) add_interval(range, {33U - octets->count * 8U, width, index});
      return;
    }
    for (const Range& range : ranges)
      for (const Prefix& key : prefixes_of(range, 8)) add_interval(range_of(key), {33U - key.bits, width, index});
  }

  /// Calls decide(range, rule) for every piece of the space that one rule decides, in order.
  template <typename Decide>
  void run(Decide&& decide) {
    std::sort(intervals_.begin(), intervals_.end(), [](const auto& a, const auto& b) { return a.rank < b.rank; });
    Claims claims;
    for (std::uint32_t i = 0; i < intervals_.size(); ++i) claims.add(intervals_[i].range, i);
    const RankedRegions cut = cut_space(std::move(claims));
    for (std::size_t i = 0; i < cut.ranges.ipv4_size(); ++i)
      if (cut.ranks[i] != no_rule) decide(cut.ranges[i], intervals_[cut.ranks[i]].rank.rule);
  }

 private:
  struct Interval {
    Rank rank;
    Range range;
  };

  void add_interval(const Range& range, const Rank& rank) { intervals_.push_back({rank, range}); }

  const PolicyFacts& facts_;
  std::vector<Interval> intervals_;
};

/// One entry for each rule, the biggest first.
void add_up(std::vector<std::pair<std::uint32_t, std::uint64_t>>& rules) {
  std::sort(rules.begin(), rules.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (kept > 0 && rules[kept - 1].first == rules[i].first)
      rules[kept - 1].second += rules[i].second;
    else
      rules[kept++] = rules[i];
  }
  rules.resize(kept);
  std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
}

constexpr std::uint64_t few_addresses = 256;

bool covers(const std::vector<Range>& ranges, std::uint32_t address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.covers(Address::from_ipv4(address)); });
}

}  // namespace

std::uint64_t relay_upper_bound(const PolicyFacts& facts) {
  std::uint64_t bound = 0;
  for (const std::uint32_t index : facts.relays) {
    const Rule rule = facts.rule(index);
    if (rule.info() != 0) continue;
    if (const auto prefix = rule.get_if<Prefix>())
      bound += prefix->base.family == Family::ipv4 ? whole_space >> prefix->bits : 0;
    else if (const auto octets = rule.get_if<OctetRange>())
      bound += (octets->high - octets->low + 1U) * (whole_space >> (octets->count * 8U));
    else if (const auto range = rule.get_if<Range>())
      bound += range->first.family == Family::ipv4 ? width_of(*range) : 0;
    else if (rule.is<AnyClient>())
      bound += whole_space;
  }
  return bound;
}

RelaySpace relay_space(const PolicyFacts& facts, std::string_view daemon) {
  Sweep sweep(facts);
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i)
    if (applies_to(facts.policy, facts.rule(i), daemon)) sweep.add(i);
  RelaySpace space;
  sweep.run([&](const Range& range, std::uint32_t index) {
    if (!facts.relays_by(facts.rule(index))) return;
    const std::uint64_t count = public_addresses_in(range);
    if (count == 0) return;
    space.addresses += count;
    if (!space.witness) space.witness = public_address_in(range);
    space.rules.emplace_back(index, count);
  });
  add_up(space.rules);
  return space;
}

bool is_open_relay(const PolicyFacts& facts, const RelaySpace& space) {
  if (space.rules.empty()) return false;
  const bool is_for_all = facts.catch_all().has_value() && facts.relays_by(*facts.catch_all());
  return is_for_all || is_too_wide_to_own({space.addresses, {}});
}

Ipv6RelaySpace ipv6_relay_space(const PolicyFacts& facts, std::string_view daemon) {
  std::vector<RankedRange> claims;
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i) {
    // most rules are about IPv4
    if (facts.octet_key(i) != 0) continue;
    const Rule rule = facts.rule(i);
    const std::vector<Range> ranges = stranger_ranges(facts, rule, Family::ipv6);
    if (ranges.empty() || rule.info() != 0 || !applies_to(facts.policy, rule, daemon)) continue;
    for (const Range& range : ranges) claims.push_back({range, i});
  }
  Ipv6RelaySpace space;
  for (const Region& region : cut_space(Family::ipv6, claims)) {
    if (region.rank == no_rule || !facts.relays_by(facts.rule(region.rank))) continue;
    for (const Prefix& part : prefixes_of(region.range)) {
      if (network_kind(part) != NetworkKind::public_internet) continue;
      space.addresses.add(part);
      space.rules.insert(region.rank);
      if (!space.witness) space.witness = public_ipv6_address_in(part);
    }
  }
  return space;
}

bool may_relay_by_ipv6(const PolicyFacts& facts) {
  const auto relays = [&](std::uint32_t index) { return facts.relays_by(facts.rule(index)); };
  return std::any_of(facts.ipv6_nets.begin(), facts.ipv6_nets.end(), relays) ||
         std::any_of(facts.catch_alls.begin(), facts.catch_alls.end(), relays);
}

std::set<std::string> relay_daemons(const PolicyFacts& facts) {
  std::set<std::string> daemons = {""};
  for (const std::uint32_t index : facts.relays)
    for (const std::string& daemon : facts.policy.daemons_of(facts.rule(index)).names) daemons.insert(daemon);
  return daemons;
}

bool has_public_addresses(const ClientPattern& pattern) {
  const std::vector<Range> ranges = ranges_of(pattern);
  return std::any_of(ranges.begin(), ranges.end(), [](const Range& range) {
    if (range.first.family == Family::ipv4) return public_addresses_in(range) != 0;
    const std::vector<Prefix> nets = prefixes_of(range);
    return std::any_of(nets.begin(), nets.end(),
                       [](const Prefix& net) { return network_kind(net) == NetworkKind::public_internet; });
  });
}

PublicReach public_reach(const PolicyFacts& facts, std::uint32_t rule, std::uint64_t negligible) {
  constexpr std::uint64_t class_a = std::uint64_t{1} << 24;
  const std::uint64_t key = facts.octet_key(rule);
  if (key != 0 && (whole_space >> (key >> 32)) <= negligible) return {};
  PublicReach reach;
  for (const Range& range : ranges_of(facts.rule(rule).pattern())) {
    const std::uint64_t count = public_addresses_in(range);
    reach.addresses += count;
    reach.whole_class = reach.whole_class || count > class_a / 2;
  }
  return reach;
}

bool has_container_bridge(const PolicyFacts& facts, std::uint32_t index) {
  const std::uint64_t octet = facts.octet_key(index) >> 24 & 0xff;
  if (octet != 0 && octet != 10 && octet != 172) return false;  // there may be a million rules
  const auto all = facts.addresses_of(index);
  if (!all) return false;
  const bool in_docker = is_within(*all, ipv4_range(0xac110000U, 0xac1fffffU));  // 172.17. to 172.31.
  constexpr std::uint32_t others[] = {0x0a580001U, 0x0a000202U};                 // 10.88.0.1, 10.0.2.2
  if (!in_docker && !covers({*all}, others[0]) && !covers({*all}, others[1])) return false;
  const ClientPattern pattern = facts.rule(index).pattern();
  const std::vector<Range> ranges = ranges_of(pattern);
  if (in_docker && covers(ranges, 0xac110001U)) return true;
  if (count_addresses(pattern) >= few_addresses) return false;
  for (std::uint32_t bridge = 0xac110001U; in_docker && bridge <= 0xac1f0001U; bridge += 0x10000U)
    if (covers(ranges, bridge)) return true;
  return covers(ranges, others[0]) || covers(ranges, others[1]);
}

}  // namespace core
