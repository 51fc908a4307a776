// Cutting a policy along its axes: see axes.hpp.
#include "model/axes.hpp"

#include <endian.h>

#include <array>
#include <cstring>
#include <map>
#include <numeric>

#include "base/launch.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "model/key_scheme.hpp"

namespace core {
namespace {

using NamedCandidates = std::vector<NameRegion>;

/// The last bytes of a pattern as numbers that are in order as compare_reversed is, as far as they differ: a million
/// texts are not looked at again for each comparison.
struct Tail {
  std::array<std::uint64_t, 3> bytes;  ///< the last eight first
  std::uint32_t place;
};

std::uint64_t take_tail(std::string_view& text) {
  std::uint64_t number = 0;
  if (text.size() >= 8) {
    std::memcpy(&number, text.data() + text.size() - 8, 8);
    text.remove_suffix(8);
    return le64toh(number);
  }
  for (std::size_t i = 0; i < 8; ++i) {
    number <<= 8;
    if (text.empty()) continue;
    number |= static_cast<unsigned char>(text.back());
    text.remove_suffix(1);
  }
  return number;
}

/// Of candidates for one pattern the first stays; the list is then sorted by reversed pattern.
void settle(NamedCandidates& names) {
  std::vector<Tail> tails;
  reserve_large(tails, names.size());
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    std::string_view text = names[i].pattern;
    Tail& tail = tails.emplace_back();
    for (std::uint64_t& bytes : tail.bytes) bytes = take_tail(text);
    tail.place = i;
  }
  std::sort(tails.begin(), tails.end(), [&](const Tail& a, const Tail& b) {
    if (a.bytes != b.bytes) return a.bytes < b.bytes;
    const int order = compare_reversed(names[a.place].pattern, names[b.place].pattern);
    if (order != 0) return order < 0;
    const Candidate& one = names[a.place].best;
    const Candidate& other = names[b.place].best;
    return one.rank != other.rank ? one.rank < other.rank : a.place < b.place;
  });
  NamedCandidates sorted;
  reserve_large(sorted, names.size());
  for (const Tail& tail : tails)
    if (sorted.empty() || sorted.back().pattern != names[tail.place].pattern) sorted.push_back(names[tail.place]);
  names = std::move(sorted);
}

AddressRegions address_regions(Claims claims, auto candidate_of) {
  RankedRegions cut = cut_space(std::move(claims));
  AddressRegions regions;
  reserve_large(regions.best, cut.ranks.size());
  for (const std::uint32_t rank : cut.ranks) regions.best.push_back(rank == no_rule ? Candidate{} : candidate_of(rank));
  regions.ranges = std::move(cut.ranges);
  return regions;
}

// ---- policies that think in keys ------------------------------------------------------------------------------------

/// The rules in the order in which they get a key that several have: under Tie::narrowest those for fewer addresses
/// first; empty for the order of the text.
std::vector<std::uint32_t> order_of(const Policy& policy) {
  if (policy.lookup.tie == Lookup::Tie::first) return {};
  std::vector<std::uint32_t> order(policy.rules.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::uint64_t> sizes;
  for (const Rule rule : policy.rules) sizes.push_back(count_addresses(rule.pattern()));
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return sizes[a] < sizes[b]; });
  return order;
}

constexpr bool is_about_name(KeyKind kind) {
  return kind == KeyKind::info_host || kind == KeyKind::host || kind == KeyKind::suffix;
}
constexpr std::uint32_t rank_of(KeyKind kind) { return static_cast<std::uint32_t>(kind); }

/// A reading of a key of a rule, with its texts in the policy. `info` and `name` are as in KeyReading.
struct RuleReading {
  KeyKind kind = KeyKind::any_client;
  unsigned order = 0;
  Range addresses{};
  std::string_view name{};  ///< a pattern of model/name_pattern.hpp
  std::string_view info{};
};

/// Calls `visit(const RuleReading&)` for everything that the keys of one rule mean to a client.
template <typename Visit>
class ReadingVisitor {
 public:
  ReadingVisitor(const Policy& policy, Rule rule, Visit& visit)
      : scheme_(*policy.lookup.scheme), info_(policy.info_of(rule)), visit_(visit) {}

  void operator()(const AnyClient&) const { visit_(RuleReading{KeyKind::any_client}); }
  void operator()(const AnyNamedClient&) const { visit_(RuleReading{KeyKind::any_name}); }
  void operator()(const HostName& host) const {
    visit_(RuleReading{info_ ? KeyKind::info_host : KeyKind::host, 0, {}, kept_name_pattern(host.name), info()});
  }
  void operator()(const HostSuffix& host) const { visit_(RuleReading{KeyKind::suffix, 0, {}, host.suffix}); }
  void operator()(const RawKey& raw) const {
    if (raw.is_range()) return;  // none of its texts is one that anybody is asked with: else it would be an OctetRange
    for (const KeyReading& reading : readings_of(scheme_, raw.text))
      if (is_usual(reading))
        visit_(RuleReading{reading.kind, reading.order, reading.addresses, name_of(reading), reading.info});
  }
  void operator()(const auto& numeric) const {
    // most rules are octets, and the texts of all other numeric ones are made and read again
    for_each_key(scheme_, numeric, {}, [this](std::string_view key) {
      for (const KeyReading& reading : readings_of(scheme_, key)) say_address(reading);
    });
  }
  void say_octets(const Prefix& octets) const {
    const unsigned count = octets.bits / 8U;
    const KeyKind kind = count < 4 ? KeyKind::network : info_ ? KeyKind::info_address : KeyKind::address;
    if (count == 4 || !info_) visit_(RuleReading{kind, 4 - count, range_of(octets), {}, info()});
  }
  void operator()(const Prefix& prefix) const {
    if (is_octet_prefix(prefix)) return say_octets(prefix);
    operator()<Prefix>(prefix);
  }
  void operator()(const OctetRange& range) const {
    for (unsigned value = range.low; value <= range.high; ++value) say_octets(prefix_of(range, value));
  }

 private:
  [[nodiscard]] std::string_view info() const { return info_ ? std::string_view(*info_) : std::string_view(); }
  /// In the text of a key a name has its "=" in front, too.
  static std::string_view name_of(const KeyReading& reading) {
    const bool is_exact = reading.kind == KeyKind::host || reading.kind == KeyKind::info_host;
    return is_exact ? kept_name_pattern(reading.name) : reading.name;
  }
  void say_address(const KeyReading& reading) const {
    if (reading.kind != KeyKind::address && reading.kind != KeyKind::network) return;
    if (info_ && reading.kind == KeyKind::network) return;  // an info is asked together with a full address only
    visit_(RuleReading{info_ ? KeyKind::info_address : reading.kind, reading.order, reading.addresses, {}, info()});
  }

  const KeyScheme& scheme_;
  const std::optional<std::string>& info_;
  Visit& visit_;
};

template <typename Visit>
void for_each_reading(const Policy& policy, Rule rule, Visit&& visit) {
  const ReadingVisitor<Visit> visitor(policy, rule, visit);
  if (const auto octets = policy.rules.octets(rule.index())) return visitor.say_octets(*octets);
  std::visit(visitor, rule.pattern());
}

class KeyCut {
 public:
  KeyCut(const Policy& policy, const std::optional<std::string>& info)
      : policy_(policy), info_(info), count_(policy.rules.size()), order_(order_of(policy)) {}

  Axes run() {
    claims_.reserve_ipv4(count_);
    places_.resize(order_.size());
    for (std::uint32_t place = 0; place < order_.size(); ++place) places_[order_[place]] = place;
    for (std::uint32_t i = 0; i < count_; ++i)
      for_each_reading(policy_, policy_.rules[i], [&](const RuleReading& reading) { collect(reading, i); });
    const auto candidate_of = [&](std::uint32_t rank) {
      const std::size_t level = rank / count_;
      const KeyKind kind = level == 0 ? KeyKind::info_address : level == 1 ? KeyKind::address : KeyKind::network;
      const auto place = static_cast<std::uint32_t>(rank % count_);
      return Candidate{rank_of(kind), order_.empty() ? place : order_[place]};
    };
    auto settling = std::async(launch_for(axes_.names.size()), [this] { settle(axes_.names); });
    axes_.addresses = address_regions(std::move(claims_), candidate_of);
    settling.get();
    return std::move(axes_);
  }

 private:
  void collect(const RuleReading& reading, std::uint32_t i) {
    switch (reading.kind) {
      case KeyKind::info_address:
      case KeyKind::info_host:
        if (info_ != reading.info) return;
        break;
      case KeyKind::any_name: return keep_first(axes_.other_names, {rank_of(reading.kind), i});
      case KeyKind::any_client: return keep_first(axes_.anybody, {rank_of(reading.kind), i});
      default: break;
    }
    if (is_about_name(reading.kind))
      axes_.names.push_back({reading.name, {rank_of(reading.kind), i}});
    else
      claims_.add(claimed(reading), static_cast<std::uint32_t>(level_of(reading) * count_) + place_of(i));
  }

  /// A network that ends in front of the mapped addresses, which nobody has, takes them with it: keys_asked_for() says
  /// the same.
  [[nodiscard]] Range claimed(const RuleReading& reading) const {
    const bool is_network = reading.kind == KeyKind::network && reading.addresses.last.family == Family::ipv6;
    if (!is_network || !policy_.lookup.scheme->unmaps) return reading.addresses;
    const auto next = successor(reading.addresses.last);
    if (!next || unmapped(*next).family == Family::ipv6) return reading.addresses;
    return {reading.addresses.first, range_of(make_prefix(*next, 96)).last};
  }

  /// What is asked first has the lowest level, and then the rule's place counts: together these are the rank.
  static std::size_t level_of(const RuleReading& reading) {
    if (reading.kind == KeyKind::info_address) return 0;
    return reading.kind == KeyKind::address ? 1 : 2 + reading.order;
  }
  [[nodiscard]] std::uint32_t place_of(std::uint32_t rule) const { return places_.empty() ? rule : places_[rule]; }
  static void keep_first(Candidate& kept, Candidate next) {
    if (kept.rule == no_rule) kept = next;
  }

  const Policy& policy_;
  const std::optional<std::string>& info_;
  std::size_t count_;
  std::vector<std::uint32_t> order_;   ///< order_of
  std::vector<std::uint32_t> places_;  ///< by rule, where order_ has an order
  Claims claims_;
  Axes axes_;
};

/// Of several rules for one address the first counts, or the narrower one.
void settle(const Policy& policy, InfoRules& claims) {
  std::stable_sort(claims.addresses.begin(), claims.addresses.end(),
                   [&](const AddressRegion& a, const AddressRegion& b) {
                     if (a.range.first != b.range.first) return a.range.first < b.range.first;
                     return policy.lookup.tie == Lookup::Tie::narrowest &&
                            is_narrower(policy.rules[a.best.rule].pattern(), policy.rules[b.best.rule].pattern());
                   });
  const auto same = [](const AddressRegion& a, const AddressRegion& b) { return a.range.first == b.range.first; };
  claims.addresses.erase(std::unique(claims.addresses.begin(), claims.addresses.end(), same), claims.addresses.end());
  settle(claims.names);
}

/// True when clients that a rule is about stand on no axis: which of them, no list of networks can say.
bool has_vague_reading(const Policy& policy, const Rule& rule) {
  const auto raw = rule.get_if<RawKey>();
  if (!raw || raw->is_range()) return false;
  const Readings readings = readings_of(*policy.lookup.scheme, raw->text);
  return std::any_of(readings.begin(), readings.end(), [](const KeyReading& reading) { return !reading.exact; });
}

/// True when it depends on the rights of the daemon's process, or on a command, whether libwrap lets the clients of a
/// rule in.
bool is_decided_elsewhere(const Policy& policy, const Rule& rule) {
  const auto options = policy.options_of(rule);
  return std::any_of(options.begin(), options.end(), [&](const RuleOption& option) {
    return option.has_command_decide() || (rule.outcome().allows() && option.needs_rights());
  });
}

/// A pattern that is a set of addresses, or a set of names.
bool is_product(const ClientPattern& pattern) {
  return !std::holds_alternative<NameClass>(pattern) && !std::holds_alternative<MaskedAddress>(pattern) &&
         !std::holds_alternative<TextPattern>(pattern);
}

// ---- first match ----------------------------------------------------------------------------------------------------

/// The rule for a longer pattern may come behind the one for a shorter: each pattern gets the first of all that cover
/// it.
void inherit(std::vector<NameRegion>& names, const Candidate& other_names) {
  std::vector<std::size_t> around;  // those that cover the name, the longest last: it has what all of them have
  for (std::size_t i = 0; i < names.size(); ++i) {
    while (!around.empty() && !covers_name(names[around.back()].pattern, names[i].pattern)) around.pop_back();
    names[i].best = first_asked(names[i].best, around.empty() ? other_names : names[around.back()].best);
    around.push_back(i);
  }
}

Axes cut_first_match(const Policy& policy, std::string_view daemon) {
  Axes axes;
  Claims claims;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    const Candidate candidate{i, i};
    if (!applies_to(policy, rule, daemon)) continue;
    if (const auto octets = policy.rules.octets(i)) {  // most of a million are such
      claims.add(range_of(*octets), i);
      continue;
    }
    if (rule.is<AnyClient>()) axes.anybody = first_asked(axes.anybody, candidate);
    if (rule.is<AnyNamedClient>()) axes.other_names = first_asked(axes.other_names, candidate);
    if (rule.is<HostName>()) axes.names.push_back({kept_name_pattern(rule.get_if<HostName>()->name), candidate});
    if (const auto end = rule.get_if<HostSuffix>()) axes.names.push_back({end->suffix, candidate});
    for (const Range& range : ranges_of(rule.pattern())) claims.add(range, i);
  }
  axes.addresses = regions_by_order(std::move(claims));
  settle(axes.names);
  inherit(axes.names, axes.other_names);
  return axes;
}

}  // namespace

AddressRegions regions_by_order(Claims claims) {
  return address_regions(std::move(claims), [](std::uint32_t rank) { return Candidate{rank, rank}; });
}

int compare_reversed(std::string_view a, std::string_view b) {
  if (a.data() == b.data() && a.size() == b.size()) return 0;
  // eight bytes at a time, of which the last one counts most: names of one domain end alike for long
  while (a.size() >= 8 && b.size() >= 8) {
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    std::memcpy(&x, a.data() + a.size() - 8, 8);
    std::memcpy(&y, b.data() + b.size() - 8, 8);
    if (x != y) return le64toh(x) < le64toh(y) ? -1 : 1;
    a.remove_suffix(8);
    b.remove_suffix(8);
  }
  for (; !a.empty() && !b.empty(); a.remove_suffix(1), b.remove_suffix(1))
    if (a.back() != b.back())
      return static_cast<unsigned char>(a.back()) < static_cast<unsigned char>(b.back()) ? -1 : 1;
  return a.empty() ? (b.empty() ? 0 : -1) : 1;
}

Axes cut(const Policy& policy, std::string_view daemon, const std::optional<std::string>& info) {
  if (!policy.is_by_key()) return cut_first_match(policy, daemon);
  return KeyCut(policy, info).run();
}

std::vector<std::string_view> name_patterns_of(const Policy& policy) {
  std::vector<std::string_view> patterns;
  const auto add = [&](const ClientPattern& pattern) {
    if (const auto* host = std::get_if<HostName>(&pattern)) patterns.push_back(kept_name_pattern(host->name));
    if (const auto* host = std::get_if<HostSuffix>(&pattern)) patterns.push_back(host->suffix);
  };
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    if (policy.rules.octets(i)) continue;
    if (!policy.is_by_key()) add(policy.rules[i].pattern());
    if (policy.is_by_key())
      for_each_reading(policy, policy.rules[i], [&](const RuleReading& reading) {
        if (is_about_name(reading.kind)) patterns.push_back(reading.name);
      });
  }
  for (const ExceptionList& exceptions : policy.exception_lists)
    for (const ClientPattern& pattern : exceptions.patterns) add(pattern);
  return patterns;
}

bool has_exceptions(const Policy& policy) {
  const auto& conditions = policy.rules.conditions();
  return std::any_of(conditions.begin(), conditions.end(), [](const Condition& one) { return one.exceptions != 0; });
}

std::optional<std::size_t> find_uncuttable(const Policy& policy) {
  const auto is_listed_product = [&](const ExceptionList& list) {
    return std::all_of(list.patterns.begin(), list.patterns.end(), is_product);
  };
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    if (policy.is_by_key() ? rule.exceptions() != 0 || has_vague_reading(policy, rule)
                           : rule.info() != 0 || !is_product(rule.pattern()) ||  // there, an info is a pattern
                                 is_decided_elsewhere(policy, rule))
      return i;
    for (std::uint32_t at = rule.exceptions(); at != 0; at = policy.exception_lists[at].exceptions) {
      const ExceptionList& list = policy.exception_lists[at];
      const bool asks_info = std::any_of(list.infos.begin(), list.infos.end(), [](auto info) { return info != 0; });
      if (asks_info || !is_listed_product(list)) return i;
    }
  }
  return std::nullopt;
}

std::string_view why_uncuttable(const Policy& policy) {
  return policy.is_by_key()
             ? "it has keys that are asked for addresses which no list of networks can say: texts of "
               "IPv6 with '::' in them that end in ':'"
             : "its rules have wildcards, masks with gaps, users, names of a file of patterns, "
               "LOCAL, KNOWN, UNKNOWN or PARANOID, keys of Postfix for the beginning of an address "
               "that no network is (\"0\", \"2001:db8:0\"), or the options user, group, aclexec or twist (unless "
               "it only says something); no proof is about these yet";
}

std::vector<InfoRules> info_rules_of(const Policy& policy) {
  if (!policy.is_by_key()) return {};
  std::map<std::string_view, InfoRules> joined;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    if (policy.rules.octets(i)) continue;
    for_each_reading(policy, policy.rules[i], [&](const RuleReading& reading) {
      const Candidate candidate{rank_of(reading.kind), i};
      if (reading.kind == KeyKind::info_address)
        joined[reading.info].addresses.push_back({reading.addresses, candidate});
      if (reading.kind == KeyKind::info_host) joined[reading.info].names.push_back({reading.name, candidate});
    });
  }
  std::vector<InfoRules> claims;
  for (auto& [info, found] : joined) {
    settle(policy, found);
    found.info = info;
    claims.push_back(std::move(found));
  }
  return claims;
}

bool is_about_info(const Policy& policy, const Candidate& candidate) {
  if (!policy.is_by_key()) return false;  // there a rank is the place of a rule
  return candidate.rank == rank_of(KeyKind::info_address) || candidate.rank == rank_of(KeyKind::info_host);
}

}  // namespace core
