// Sweeping over the IPv4 space: see exposure.hpp. Every rule becomes intervals with a rank; walking along their
// borders, the interval with the lowest rank decides. The rank is what the policy's resolution says: fewer addresses in
// the key first, or the order of the text.
#include "lint/exposure.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "lint/networks.hpp"

namespace relayrules {
namespace {

constexpr std::uint64_t whole_space = std::uint64_t{1} << 32;

std::uint64_t width_of(const Range& range) {
  return std::uint64_t{range.last.ipv4()} - range.first.ipv4() + 1;
}

/// The IPv4 addresses of strangers that `peer` is about. Names are about no stranger.
std::vector<Range> stranger_ranges(const Peer& peer) {
  if (std::holds_alternative<AnyPeer>(peer)) return {{Address::from_ipv4(0), Address::from_ipv4(0xffffffff)}};
  std::vector<Range> ranges = ranges_of(peer);
  std::erase_if(ranges, [](const Range& range) { return range.first.family != Family::ipv4; });
  return ranges;
}

/// Lower goes first.
struct Rank {
  unsigned key_bits = 0;    // 33 - bits of the octet prefix that is asked; 0 where the order of the text decides
  std::uint64_t width = 0;  // of the whole rule, where the narrower one gets a key
  std::uint32_t rule = 0;

  friend auto operator<=>(const Rank&, const Rank&) = default;
};

struct Border {
  std::uint64_t at = 0;
  bool opens = false;
  Rank rank;
};

class Sweep {
 public:
  Sweep(const PolicyFacts& facts, std::string_view service) : facts_(facts) {
    for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i)
      if (facts.rule(i).info == 0 && applies_to(facts.rule(i), service)) add_rule(i);
    std::sort(borders_.begin(), borders_.end(), [](const Border& a, const Border& b) { return a.at < b.at; });
  }

  RelaySpace run() {
    std::uint64_t position = 0;
    for (const Border& border : borders_) {
      if (border.at > position) decide(position, border.at);
      position = border.at;
      if (border.opens)
        active_.insert(border.rank);
      else
        active_.erase(active_.find(border.rank));  // one of equal ranks: neighbours of one rule meet here
    }
    collect_rules();
    return std::move(space_);
  }

 private:
  bool applies_to(const Rule& rule, std::string_view service) const {
    const auto& services = facts_.policy.services_of(rule);
    return services.empty() || std::find(services.begin(), services.end(), service) != services.end();
  }

  void add_rule(std::uint32_t index) {
    const Rule& rule = facts_.rule(index);
    const std::vector<Range> ranges = stranger_ranges(rule.peer);
    if (ranges.empty()) return;
    if (facts_.policy.resolution == Resolution::first_match) {
      for (const Range& range : without_exceptions(rule, ranges)) add_interval(range, {0, 0, index});
      return;
    }
    std::uint64_t width = 0;
    for (const Range& range : ranges) width += width_of(range);
    if (facts_.policy.resolution == Resolution::key_order) width = 0;
    if (std::holds_alternative<AnyPeer>(rule.peer)) return add_interval(ranges.front(), {33, 0, index});
    if (const auto* octets = std::get_if<OctetRange>(&rule.peer)) {
      for (const Range& range : ranges) add_interval(range, {33U - octets->count * 8U, width, index});
      return;
    }
    for (const Range& range : ranges)
      for (const Prefix& key : prefixes_of(range, 8)) add_interval(range_of(key), {33U - key.bits, width, index});
  }

  std::vector<Range> without_exceptions(const Rule& rule, std::vector<Range> ranges) const {
    for (const Peer& exception : facts_.policy.exceptions_of(rule))
      for (const Range& hole : stranger_ranges(exception)) cut_out(ranges, hole);
    return ranges;
  }

  static void cut_out(std::vector<Range>& ranges, const Range& hole) {
    std::vector<Range> left;
    for (const Range& range : ranges) {
      if (hole.last < range.first || range.last < hole.first) {
        left.push_back(range);
        continue;
      }
      if (range.first < hole.first) left.push_back({range.first, *predecessor(hole.first)});
      if (hole.last < range.last) left.push_back({*successor(hole.last), range.last});
    }
    ranges = std::move(left);
  }

  void add_interval(const Range& range, const Rank& rank) {
    borders_.push_back({range.first.ipv4(), true, rank});
    borders_.push_back({std::uint64_t{range.last.ipv4()} + 1, false, rank});
  }

  /// [begin, end) is decided by the first active rule.
  void decide(std::uint64_t begin, std::uint64_t end) {
    if (active_.empty()) return;
    const std::uint32_t index = active_.begin()->rule;
    if (!facts_.relays_by(facts_.rule(index))) return;
    const Range range{Address::from_ipv4(static_cast<std::uint32_t>(begin)),
                      Address::from_ipv4(static_cast<std::uint32_t>(end - 1))};
    const std::uint64_t count = public_addresses_in(range);
    if (count == 0) return;
    space_.addresses += count;
    if (!space_.witness) space_.witness = public_address_in(range);
    space_.rules.emplace_back(index, count);
  }

  void collect_rules() {
    auto& rules = space_.rules;
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

  const PolicyFacts& facts_;
  std::vector<Border> borders_;
  std::multiset<Rank> active_;
  RelaySpace space_;
};

}  // namespace

std::uint64_t relay_upper_bound(const PolicyFacts& facts) {
  std::uint64_t bound = 0;
  for (const std::uint32_t index : facts.relays) {
    const Rule& rule = facts.rule(index);
    if (rule.info != 0) continue;
    if (const auto* prefix = std::get_if<Prefix>(&rule.peer))
      bound += prefix->base.family == Family::ipv4 ? whole_space >> prefix->bits : 0;
    else if (const auto* octets = std::get_if<OctetRange>(&rule.peer))
      bound += (octets->high - octets->low + 1U) * (whole_space >> (octets->count * 8U));
    else if (const auto* range = std::get_if<Range>(&rule.peer))
      bound += range->first.family == Family::ipv4 ? width_of(*range) : 0;
    else if (std::holds_alternative<AnyPeer>(rule.peer))
      bound += whole_space;
  }
  return bound;
}

RelaySpace relay_space(const PolicyFacts& facts, std::string_view service) {
  return Sweep(facts, service).run();
}

}  // namespace relayrules
