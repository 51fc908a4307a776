// Cutting a policy along its axes: see axes.hpp.
#include "model/axes.hpp"

#include <algorithm>

#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "model/key_index.hpp"

namespace relayrules {
namespace {

/// tcpserver's order as ranks; model/key.hpp has it in words.
enum KeyRank : std::uint32_t { info_address, info_host, full_address, host, prefix, suffix, any_name, any_client };

using NamedCandidates = std::vector<NameRegion>;

/// Of candidates for one pattern the first stays; the list is then sorted by pattern.
void settle(NamedCandidates& names) {
  std::stable_sort(names.begin(), names.end(), [](const NameRegion& a, const NameRegion& b) {
    return a.pattern != b.pattern ? a.pattern < b.pattern : a.best.rank < b.best.rank;
  });
  const auto same = [](const NameRegion& a, const NameRegion& b) { return a.pattern == b.pattern; };
  names.erase(std::unique(names.begin(), names.end(), same), names.end());
}

const NameRegion* find_exact(const std::vector<NameRegion>& names, std::string_view pattern) {
  const auto found =
      std::lower_bound(names.begin(), names.end(), pattern,
                       [](const NameRegion& region, std::string_view wanted) { return region.pattern < wanted; });
  return found != names.end() && found->pattern == pattern ? &*found : nullptr;
}

void append_regions(Axes& axes, Family family, const std::vector<RankedRange>& claims, auto candidate_of) {
  for (const Region& region : cut_space(family, claims)) {
    const Candidate best = region.rank == unclaimed ? Candidate{} : candidate_of(region.rank);
    axes.addresses.push_back({region.range, best});
  }
}

// ---- policies that think in keys ------------------------------------------------------------------------------------------

class KeyCut {
 public:
  KeyCut(const Policy& policy, const std::optional<std::string>& info) : policy_(policy), info_(info) {
    if (policy.resolution == Resolution::narrowest_key) winners_.emplace(policy);
  }

  Axes run() {
    for (std::uint32_t i = 0; i < policy_.rules.size(); ++i) collect(i);
    const auto count = static_cast<std::uint32_t>(policy_.rules.size());
    const auto candidate_of = [&](std::uint32_t rank) {
      const std::uint32_t level = rank / count;
      return Candidate{level == 0 ? info_address : level == 1 ? full_address : prefix, rank % count};
    };
    append_regions(axes_, Family::ipv4, claims_, candidate_of);
    append_regions(axes_, Family::ipv6, claims_, candidate_of);
    settle(axes_.names);
    return std::move(axes_);
  }

 private:
  void collect(std::uint32_t i) {
    const Rule& rule = policy_.rules[i];
    const bool joined = rule.info != 0;
    if (joined && policy_.info_of(rule) != info_) return;
    if (std::holds_alternative<AnyPeer>(rule.peer)) return keep_first(axes_.anybody, {any_client, i});
    if (std::holds_alternative<AnyNamedPeer>(rule.peer)) return keep_first(axes_.other_names, {any_name, i});
    if (const auto* name = std::get_if<HostName>(&rule.peer))
      axes_.names.push_back({name->name, {joined ? info_host : host, i}});
    else if (const auto* end = std::get_if<HostSuffix>(&rule.peer))
      axes_.names.push_back({end->suffix, {suffix, i}});
    else if (!std::holds_alternative<RawKey>(rule.peer))
      claim_addresses(rule, i, joined);
  }

  static void keep_first(Candidate& kept, Candidate next) {
    if (kept.rule == unclaimed) kept = next;
  }

  /// Longer keys are asked first: their level, and then the place in the file, is the rank.
  void claim_addresses(const Rule& rule, std::uint32_t i, bool joined) {
    const auto count = static_cast<std::uint32_t>(policy_.rules.size());
    Rule bare = rule;
    bare.info = 0;
    for_each_key(policy_, bare, [&](std::string_view key) {
      if (winners_ && winners_->find(key) != i) return;
      const auto octets = parse_octets(key);
      const auto address = octets ? std::nullopt : parse_ipv6(key);
      if (!octets && !address) return;
      const Prefix covered = octets ? prefix_of(*octets) : make_prefix(*address, 128);
      const std::uint32_t level = joined ? 0 : octets ? 5 - octets->count : 1;
      claims_.push_back({range_of(covered), level * count + i});
    });
  }

  const Policy& policy_;
  const std::optional<std::string>& info_;
  std::optional<KeyIndex> winners_;
  std::vector<RankedRange> claims_;
  Axes axes_;
};

// ---- first match ----------------------------------------------------------------------------------------------------------

/// The rule for a longer pattern may come behind the one for a shorter: each pattern gets the first of all that cover it.
void inherit(std::vector<NameRegion>& names, const Candidate& other_names) {
  const std::vector<NameRegion> own = names;
  for (NameRegion& region : names) {
    region.best = first_asked(region.best, other_names);
    for (std::size_t dot = region.pattern.find('.', 1); dot != std::string::npos;
         dot = region.pattern.find('.', dot + 1))
      if (const NameRegion* wider = find_exact(own, std::string_view(region.pattern).substr(dot)))
        region.best = first_asked(region.best, wider->best);
  }
}

Axes cut_first_match(const Policy& policy, std::string_view service) {
  Axes axes;
  std::vector<RankedRange> claims;
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    const Candidate candidate{i, i};
    if (!applies_to(policy, rule, service)) continue;
    if (std::holds_alternative<AnyPeer>(rule.peer)) axes.anybody = first_asked(axes.anybody, candidate);
    if (std::holds_alternative<AnyNamedPeer>(rule.peer)) axes.other_names = first_asked(axes.other_names, candidate);
    if (const auto* name = std::get_if<HostName>(&rule.peer)) axes.names.push_back({name->name, candidate});
    if (const auto* end = std::get_if<HostSuffix>(&rule.peer)) axes.names.push_back({end->suffix, candidate});
    for (const Range& range : ranges_of(rule.peer)) claims.push_back({range, i});
  }
  const auto candidate_of = [](std::uint32_t rank) { return Candidate{rank, rank}; };
  append_regions(axes, Family::ipv4, claims, candidate_of);
  append_regions(axes, Family::ipv6, claims, candidate_of);
  settle(axes.names);
  inherit(axes.names, axes.other_names);
  return axes;
}

}  // namespace

Candidate Axes::find_name(std::string_view name) const {
  if (const NameRegion* exact = find_exact(names, name)) return exact->best;
  for (std::size_t dot = name.find('.', name.starts_with('.') ? 1 : 0); dot != std::string_view::npos;
       dot = name.find('.', dot + 1))
    if (const NameRegion* region = find_exact(names, name.substr(dot))) return region->best;
  return other_names;
}

Axes cut(const Policy& policy, std::string_view service, const std::optional<std::string>& info) {
  if (policy.resolution == Resolution::first_match) return cut_first_match(policy, service);
  return KeyCut(policy, info).run();
}

bool can_cut(const Policy& policy) {
  return std::all_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    // a first-match info is a pattern, and these peers are no set of addresses and no set of names
    return rule.exceptions == 0 && (rule.info == 0 || policy.resolution != Resolution::first_match) &&
           !std::holds_alternative<NameClass>(rule.peer) && !std::holds_alternative<MaskedAddress>(rule.peer) &&
           !std::holds_alternative<TextPattern>(rule.peer);
  });
}

std::vector<std::string> infos_of(const Policy& policy) {
  std::vector<std::string> infos;
  for (const auto& info : policy.infos)
    if (info) infos.push_back(*info);
  std::sort(infos.begin(), infos.end());
  infos.erase(std::unique(infos.begin(), infos.end()), infos.end());
  return infos;
}

}  // namespace relayrules
