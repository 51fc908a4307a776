// Finding shadowed prefixes: see shadows.hpp.
//
// A prefix of 256 or more addresses is only shadowed when rules with longer prefixes have as many addresses as it.
// Adding these up is cheap, and for nearly every file the sums are far too small; what is left goes through the exact
// sweep.
#include "lint/shadows.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "lint/exposure.hpp"
#include "model/key.hpp"

namespace relayrules {
namespace {

/// Calls visit(prefix) for each octet prefix that is a key of `peer`.
template <typename Visit>
void for_each_prefix(const Peer& peer, Visit&& visit) {
  if (const auto* prefix = std::get_if<Prefix>(&peer)) {
    if (prefix->base.family == Family::ipv4 && prefix->bits != 0 && prefix->bits % 8 == 0) visit(*prefix);
  } else if (const auto* octets = std::get_if<OctetRange>(&peer)) {
    for (unsigned value = octets->low; value <= octets->high; ++value) visit(prefix_of(*octets, value));
  }
}

std::uint64_t number_of(const Prefix& prefix) {
  return std::uint64_t{prefix.bits} << 32 | prefix.base.ipv4();
}

/// A key of a rule.
struct Part {
  Prefix prefix;
  std::uint32_t rule = 0;
};

class Shadows {
 public:
  explicit Shadows(const PolicyFacts& facts) : facts_(facts) {
    for (unsigned octets = 1; octets <= 3; ++octets) has_narrower_[octets].resize(std::size_t{1} << (octets * 8));
  }

  std::vector<ShadowedRule> find() {
    if (facts_.nets.empty()) return {};
    wide_rules_ = facts_.nets;
    mark_narrower();
    collect_nets();
    if (nets_.empty()) return {};
    add_up_narrower();
    std::vector<std::uint32_t> suspects;
    for (const std::uint32_t index : wide_rules_)
      if (is_suspect(facts_.rule(index).peer)) suspects.push_back(index);
    return suspects.empty() ? std::vector<ShadowedRule>() : sweep(suspects);
  }

 private:
  struct Net {
    std::uint32_t rule = 0;      // the first one that has it
    std::uint64_t narrower = 0;  // addresses of longer prefixes in it, counted as often as they are written
  };

  static std::size_t place_of(const Prefix& net) { return net.base.ipv4() >> (32U - net.bits); }

  /// Marks every net in which a longer prefix has a rule.
  void mark_narrower() {
    for (const Rule& rule : facts_.policy.rules) {
      if (rule.info != 0) continue;
      for_each_prefix(rule.peer, [&](const Prefix& prefix) {
        for (unsigned octets = 1; octets < prefix.bits / 8U; ++octets)
          has_narrower_[octets][prefix.base.ipv4() >> (32U - octets * 8U)] = true;
      });
    }
  }

  /// The nets of those rules that have something longer in each of their nets.
  void collect_nets() {
    std::erase_if(wide_rules_, [&](std::uint32_t index) {
      bool all = true;
      for_each_prefix(facts_.rule(index).peer,
                      [&](const Prefix& net) { all = all && has_narrower_[net.bits / 8U][place_of(net)]; });
      return !all;
    });
    for (const std::uint32_t index : wide_rules_)
      for_each_prefix(facts_.rule(index).peer, [&](const Prefix& net) {
        nets_.try_emplace(number_of(net), Net{index, 0});
      });
  }

  void add_up_narrower() {
    for (const Rule& rule : facts_.policy.rules)
      if (rule.info == 0) for_each_prefix(rule.peer, [&](const Prefix& prefix) { add_to_nets_around(prefix); });
  }

  void add_to_nets_around(const Prefix& prefix) {
    for (unsigned octets = 1; octets < prefix.bits / 8U; ++octets) {
      const auto found = nets_.find(number_of(make_prefix(prefix.base, octets * 8U)));
      if (found != nets_.end()) found->second.narrower += std::uint64_t{1} << (32U - prefix.bits);
    }
  }

  bool is_suspect(const Peer& peer) const {
    bool all = true;
    for_each_prefix(peer, [&](const Prefix& net) {
      all = all && nets_.at(number_of(net)).narrower >= std::uint64_t{1} << (32U - net.bits);
    });
    return all;
  }

  /// The suspects' nets without those that are inside another one, in order.
  std::vector<Prefix> outermost_nets(const std::vector<std::uint32_t>& suspects) const {
    std::vector<Prefix> nets;
    for (const std::uint32_t index : suspects)
      for_each_prefix(facts_.rule(index).peer, [&](const Prefix& net) { nets.push_back(net); });
    std::sort(nets.begin(), nets.end());
    std::size_t kept = 0;
    for (const Prefix& net : nets)
      if (kept == 0 || !nets[kept - 1].covers(net)) nets[kept++] = net;
    nets.resize(kept);
    return nets;
  }

  std::vector<ShadowedRule> sweep(const std::vector<std::uint32_t>& suspects) {
    const std::vector<Prefix> areas = outermost_nets(suspects);
    std::vector<std::uint32_t> rules;
    for (std::uint32_t i = 0; i < facts_.policy.rules.size(); ++i) {
      bool inside = false;
      for_each_prefix(facts_.rule(i).peer, [&](const Prefix& prefix) {
        const auto behind = std::upper_bound(areas.begin(), areas.end(), prefix.base,
                                             [](const Address& base, const Prefix& area) { return base < area.base; });
        if (behind == areas.begin() || !std::prev(behind)->covers(prefix)) return;
        inside = true;
        parts_.push_back({prefix, i});
      });
      if (inside) rules.push_back(i);
    }
    std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) { return a.prefix < b.prefix; });
    return report(suspects, deciding_rules(facts_, rules));
  }

  std::vector<ShadowedRule> report(const std::vector<std::uint32_t>& suspects,
                                   const std::vector<std::uint32_t>& deciding) const {
    std::vector<ShadowedRule> shadowed;
    for (const std::uint32_t index : suspects) {
      bool repeated = false;
      for_each_prefix(facts_.rule(index).peer,
                      [&](const Prefix& net) { repeated = repeated || nets_.at(number_of(net)).rule != index; });
      if (repeated || std::binary_search(deciding.begin(), deciding.end(), index)) continue;
      shadowed.push_back({index, rules_inside(index)});
    }
    return shadowed;
  }

  /// A few of the rules that have parts of this one.
  std::vector<std::uint32_t> rules_inside(std::uint32_t index) const {
    std::vector<std::uint32_t> rules;
    for_each_prefix(facts_.rule(index).peer, [&](const Prefix& net) {
      auto part = std::lower_bound(parts_.begin(), parts_.end(), net.base,
                                   [](const Part& a, const Address& base) { return a.prefix.base < base; });
      for (; part != parts_.end() && net.covers(part->prefix.base) && rules.size() < max_shown; ++part)
        if (part->prefix.bits > net.bits && std::find(rules.begin(), rules.end(), part->rule) == rules.end())
          rules.push_back(part->rule);
    });
    std::sort(rules.begin(), rules.end());
    return rules;
  }

  static constexpr std::size_t max_shown = 4;

  const PolicyFacts& facts_;
  std::array<std::vector<bool>, 4> has_narrower_;  // by number of octets, then by these as a number
  std::vector<std::uint32_t> wide_rules_;
  std::unordered_map<std::uint64_t, Net> nets_;
  std::vector<Part> parts_;  // every key in a suspected net, in order
};

}  // namespace

std::vector<ShadowedRule> find_shadowed_rules(const PolicyFacts& facts) {
  return Shadows(facts).find();
}

}  // namespace relayrules
