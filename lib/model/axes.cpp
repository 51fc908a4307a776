// Cutting a policy along its axes: see axes.hpp.
#include "model/axes.hpp"

#include <endian.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "base/launch.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "model/key_scheme.hpp"

namespace core {
namespace {

/// tcpserver's order as ranks; model/key.hpp has it in words.
enum KeyRank : std::uint32_t { info_address, info_host, full_address, host, prefix, suffix, any_name, any_client };

using NamedCandidates = std::vector<NameRegion>;

/// Of candidates for one pattern the first stays; the list is then sorted by reversed pattern.
void settle(NamedCandidates& names) {
  std::stable_sort(names.begin(), names.end(), [](const NameRegion& a, const NameRegion& b) {
    const int order = compare_reversed(a.pattern, b.pattern);
    return order != 0 ? order < 0 : a.best.rank < b.best.rank;
  });
  const auto same = [](const NameRegion& a, const NameRegion& b) { return a.pattern == b.pattern; };
  names.erase(std::unique(names.begin(), names.end(), same), names.end());
}

const NameRegion* find_exact(const std::vector<NameRegion>& names, std::string_view pattern) {
  const auto found = std::lower_bound(
      names.begin(), names.end(), pattern,
      [](const NameRegion& region, std::string_view wanted) { return is_before_reversed(region.pattern, wanted); });
  return found != names.end() && found->pattern == pattern ? &*found : nullptr;
}

AddressRegions address_regions(Claims claims, auto candidate_of) {
  Partition partition = cut_space(std::move(claims));
  AddressRegions regions;
  reserve_large(regions.best, partition.ranks.size());
  for (const std::uint32_t rank : partition.ranks)
    regions.best.push_back(rank == unclaimed ? Candidate{} : candidate_of(rank));
  regions.ranges = std::move(partition.ranges);
  return regions;
}

// ---- policies that think in keys ------------------------------------------------------------------------------------------

/// For each rule its place among those with the same key: that of the text, or under narrowest_key those for fewer addresses first.
std::vector<std::uint32_t> places_of(const Policy& policy) {
  std::vector<std::uint32_t> order(policy.rules.size());
  std::iota(order.begin(), order.end(), 0U);
  if (policy.resolution != Resolution::narrowest_key) return order;
  std::vector<std::uint64_t> sizes;
  for (const Rule& rule : policy.rules) sizes.push_back(count_addresses(rule.pattern));
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return sizes[a] < sizes[b]; });
  std::vector<std::uint32_t> places(order.size());
  for (std::uint32_t place = 0; place < order.size(); ++place) places[order[place]] = place;
  return places;
}

/// Calls `visit(Prefix)` for each address key of `rule`, which is not joined with its info here.
template <typename Visit>
void for_each_address_key(const Policy& policy, const Rule& rule, Visit&& visit) {
  if (const auto* prefix = std::get_if<Prefix>(&rule.pattern); prefix != nullptr && is_octet_prefix(*prefix))
    return visit(*prefix);
  Rule bare;
  bare.pattern = rule.pattern;
  for_each_key(policy, bare, [&](std::string_view key) {
    if (const auto octets = parse_octets(key))
      visit(prefix_of(*octets));
    else if (const auto address = parse_ipv6(key))
      visit(make_prefix(*address, 128));
  });
}

bool is_about_addresses(const ClientPattern& pattern) {
  return std::holds_alternative<Prefix>(pattern) || std::holds_alternative<OctetRange>(pattern) ||
         std::holds_alternative<Range>(pattern);
}

class KeyCut {
 public:
  KeyCut(const Policy& policy, const std::optional<std::string>& info)
      : policy_(policy), info_(info), count_(policy.rules.size()), places_(places_of(policy)) {}

  Axes run() {
    claims_.reserve_ipv4(count_);
    for (std::uint32_t i = 0; i < count_; ++i) collect(i);
    std::vector<std::uint32_t> rules(count_);
    for (std::uint32_t i = 0; i < count_; ++i) rules[places_[i]] = i;
    const auto candidate_of = [&](std::uint32_t rank) {
      const std::size_t level = rank / count_;
      return Candidate{level == 0 ? info_address : level == 1 ? full_address : prefix, rules[rank % count_]};
    };
    auto settling = std::async(launch_for(axes_.names.size()), [this] { settle(axes_.names); });
    axes_.addresses = address_regions(std::move(claims_), candidate_of);
    settling.get();
    return std::move(axes_);
  }

 private:
  void collect(std::uint32_t i) {
    const Rule& rule = policy_.rules[i];
    const bool joined = rule.info != 0;
    if (joined && policy_.info_of(rule) != info_) return;
    if (std::holds_alternative<AnyClient>(rule.pattern)) return keep_first(axes_.anybody, {any_client, i});
    if (std::holds_alternative<AnyNamedClient>(rule.pattern)) return keep_first(axes_.other_names, {any_name, i});
    if (const auto* name = std::get_if<HostName>(&rule.pattern))
      axes_.names.push_back({name->name, {joined ? info_host : host, i}});
    else if (const auto* end = std::get_if<HostSuffix>(&rule.pattern))
      axes_.names.push_back({end->suffix, {suffix, i}});
    else if (is_about_addresses(rule.pattern))
      claim_addresses(rule, i, joined);
  }

  static void keep_first(Candidate& kept, Candidate next) {
    if (kept.rule == unclaimed) kept = next;
  }

  /// Longer keys are asked first: their level, and then the rule's place, is the rank.
  void claim_addresses(const Rule& rule, std::uint32_t i, bool joined) {
    for_each_address_key(policy_, rule, [&](const Prefix& covered) {
      const bool whole = covered.bits == address_bits(covered.base.family);
      if (joined && !whole) return;  // an info is asked together with a full address only
      const std::size_t level = joined ? 0 : whole ? 1 : 5 - covered.bits / 8;
      claims_.add(covered, static_cast<std::uint32_t>(level * count_) + places_[i]);
    });
  }

  const Policy& policy_;
  const std::optional<std::string>& info_;
  std::size_t count_;
  std::vector<std::uint32_t> places_;
  Claims claims_;
  Axes axes_;
};

/// What the rules `joined`, all with one info, say of addresses and names.
InfoClaims claims_of(const Policy& policy, const std::string& info, const std::vector<std::uint32_t>& joined) {
  InfoClaims claims{info, {}, {}};
  for (const std::uint32_t i : joined) {
    const Rule& rule = policy.rules[i];
    if (const auto* name = std::get_if<HostName>(&rule.pattern)) claims.names.push_back({name->name, {info_host, i}});
    if (!is_about_addresses(rule.pattern)) continue;
    for_each_address_key(policy, rule, [&](const Prefix& covered) {
      if (covered.bits == address_bits(covered.base.family))
        claims.addresses.push_back({range_of(covered), {info_address, i}});
    });
  }
  // of two rules for one address the first counts, or the narrower one
  std::stable_sort(claims.addresses.begin(), claims.addresses.end(),
                   [&](const AddressRegion& a, const AddressRegion& b) {
                     if (a.range.first != b.range.first) return a.range.first < b.range.first;
                     return policy.resolution == Resolution::narrowest_key &&
                            is_narrower(policy.rules[a.best.rule].pattern, policy.rules[b.best.rule].pattern);
                   });
  const auto same = [](const AddressRegion& a, const AddressRegion& b) { return a.range.first == b.range.first; };
  claims.addresses.erase(std::unique(claims.addresses.begin(), claims.addresses.end(), same), claims.addresses.end());
  settle(claims.names);
  return claims;
}

// ---- first match ----------------------------------------------------------------------------------------------------------

/// The rule for a longer pattern may come behind the one for a shorter: each pattern gets the first of all that cover it.
void inherit(std::vector<NameRegion>& names, const Candidate& other_names) {
  const std::vector<NameRegion> own = names;
  for (NameRegion& region : names) {
    region.best = first_asked(region.best, other_names);
    for (std::size_t dot = region.pattern.find('.', 1); dot != std::string_view::npos;
         dot = region.pattern.find('.', dot + 1))
      if (const NameRegion* wider = find_exact(own, region.pattern.substr(dot)))
        region.best = first_asked(region.best, wider->best);
  }
}

Axes cut_first_match(const Policy& policy, std::string_view daemon) {
  Axes axes;
  Claims claims;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    const Candidate candidate{i, i};
    if (!applies_to(policy, rule, daemon)) continue;
    if (std::holds_alternative<AnyClient>(rule.pattern)) axes.anybody = first_asked(axes.anybody, candidate);
    if (std::holds_alternative<AnyNamedClient>(rule.pattern))
      axes.other_names = first_asked(axes.other_names, candidate);
    if (const auto* name = std::get_if<HostName>(&rule.pattern)) axes.names.push_back({name->name, candidate});
    if (const auto* end = std::get_if<HostSuffix>(&rule.pattern)) axes.names.push_back({end->suffix, candidate});
    for (const Range& range : ranges_of(rule.pattern)) claims.add(range, i);
  }
  axes.addresses = regions_by_order(std::move(claims));
  settle(axes.names);
  inherit(axes.names, axes.other_names);
  return axes;
}

/// True for a text that clients of several kinds are asked with: it stands on no axis.
bool has_unknown_clients(const Rule& rule) {
  const auto* raw = std::get_if<RawKey>(&rule.pattern);
  return raw != nullptr && !raw->is_range() && !readings_of(raw->text).empty();
}

}  // namespace

AddressRegions regions_by_order(Claims claims) {
  return address_regions(std::move(claims), [](std::uint32_t rank) { return Candidate{rank, rank}; });
}

int compare_reversed(std::string_view a, std::string_view b) {
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

Candidate Axes::find_name(std::string_view name) const {
  if (const NameRegion* exact = find_exact(names, name)) return exact->best;
  for (std::size_t dot = name.find('.', name.starts_with('.') ? 1 : 0); dot != std::string_view::npos;
       dot = name.find('.', dot + 1))
    if (const NameRegion* region = find_exact(names, name.substr(dot))) return region->best;
  return other_names;
}

Axes cut(const Policy& policy, std::string_view daemon, const std::optional<std::string>& info) {
  if (policy.resolution == Resolution::first_match) return cut_first_match(policy, daemon);
  return KeyCut(policy, info).run();
}

bool has_exceptions(const Policy& policy) {
  if (policy.exception_lists.size() == 1) return false;
  return std::any_of(policy.rules.begin(), policy.rules.end(), [](const Rule& rule) { return rule.exceptions != 0; });
}

bool can_cut(const Policy& policy) {
  const bool by_order = policy.resolution == Resolution::first_match;
  if (!by_order && std::any_of(policy.rules.begin(), policy.rules.end(), has_unknown_clients)) return false;
  if (by_order ? policy.infos.size() > 1 : has_exceptions(policy)) return false;  // there, an info is a pattern
  const auto is_product = [](const ClientPattern& pattern) {
    return !std::holds_alternative<NameClass>(pattern) && !std::holds_alternative<MaskedAddress>(pattern) &&
           !std::holds_alternative<TextPattern>(pattern);
  };
  return !by_order ||
         (std::all_of(policy.rules.begin(), policy.rules.end(),
                      [&](const Rule& rule) { return is_product(rule.pattern); }) &&
          std::all_of(policy.exception_lists.begin(), policy.exception_lists.end(), [&](const ExceptionList& list) {
            return std::all_of(list.patterns.begin(), list.patterns.end(), is_product);
          }));
}

std::vector<InfoClaims> info_claims_of(const Policy& policy) {
  if (policy.resolution == Resolution::first_match || policy.infos.size() == 1) return {};
  std::map<std::string_view, std::vector<std::uint32_t>> joined;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i)
    if (const auto& info = policy.info_of(policy.rules[i])) joined[*info].push_back(i);
  std::vector<InfoClaims> claims;
  for (const auto& [info, rules] : joined) claims.push_back(claims_of(policy, std::string(info), rules));
  return claims;
}

std::vector<std::string> infos_of(const Policy& policy) {
  std::vector<std::string> infos;
  for (const auto& info : policy.infos)
    if (info) infos.push_back(*info);
  std::sort(infos.begin(), infos.end());
  infos.erase(std::unique(infos.begin(), infos.end()), infos.end());
  return infos;
}

}  // namespace core
