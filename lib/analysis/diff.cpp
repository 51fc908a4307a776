// Comparing two policies for all clients: see diff.hpp.
//
//   cut both --> address regions on which neither side changes   (merge of two sorted lists)
//            --> names, grouped by what the two sides say of them (few groups, whatever the number of names)
//   for each group of names one walk over the regions; equal results of several groups become one change
#include "analysis/diff.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/oracle.hpp"

namespace relayrules::analysis {
namespace {

/// What both sides find at one place of an axis.
struct Pair {
  Candidate before;
  Candidate after;
};

struct PairedRegion {
  Range range;
  Pair found;
};

/// Names of which both sides say the same.
struct NameGroup {
  Pair found;
  Names names;
};

std::vector<PairedRegion> pair_regions(const std::vector<AddressRegion>& before,
                                       const std::vector<AddressRegion>& after) {
  std::vector<PairedRegion> regions;
  regions.reserve(before.size() + after.size());
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < before.size() && b < after.size()) {
    const Address end_before = before[a].range.last;
    const Address end_after = after[b].range.last;
    const Address last = std::min(end_before, end_after);
    regions.push_back({{std::max(before[a].range.first, after[b].range.first), last}, {before[a].best, after[b].best}});
    if (end_before == last) ++a;
    if (end_after == last) ++b;
  }
  return regions;
}

std::vector<NameGroup> group_names(const Axes& before, const Axes& after) {
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>, NameGroup> groups;
  const auto group = [&](const Pair& found) -> NameGroup& {
    NameGroup& entry = groups[{found.before.rank, found.before.rule, found.after.rank, found.after.rule}];
    entry.found = found;
    return entry;
  };
  group({}).names.without = true;
  group({before.other_names, after.other_names}).names.others = true;
  const auto add = [&](const std::string& pattern) {
    group({before.find_name(pattern), after.find_name(pattern)}).names.patterns.push_back(pattern);
  };
  std::vector<std::string> patterns;
  for (const NameRegion& region : before.names) patterns.push_back(region.pattern);
  for (const NameRegion& region : after.names) patterns.push_back(region.pattern);
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  for (const std::string& pattern : patterns) add(pattern);
  std::vector<NameGroup> list;
  for (auto& [key, entry] : groups) list.push_back(std::move(entry));
  return list;
}

/// Who decides on both sides, by rule.
using Deciders = std::pair<std::uint32_t, std::uint32_t>;

void append(std::vector<Range>& ranges, const Range& range) {
  if (!ranges.empty() && ranges.back().last.family == range.first.family &&
      successor(ranges.back().last) == range.first)
    ranges.back().last = range.last;
  else
    ranges.push_back(range);
}

void add_names(Names& to, const Names& from) {
  to.without = to.without || from.without;
  to.others = to.others || from.others;
  to.patterns.insert(to.patterns.end(), from.patterns.begin(), from.patterns.end());
}

enum class Report { differences, everything };

class Comparison {
 public:
  Comparison(const Policy& before, const Policy& after, std::string_view service, Report report)
      : report_(report),
        before_(before),
        after_(after),
        service_(service),
        before_oracle_(before, service),
        after_oracle_(after, service) {}

  std::vector<Change> run() {
    compare_clients_with(std::nullopt);
    std::vector<std::string> infos = infos_of(before_);
    for (const std::string& info : infos_of(after_))
      if (std::find(infos.begin(), infos.end(), info) == infos.end()) infos.push_back(info);
    for (const std::string& info : infos) compare_clients_with(info);
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
      return a.kind != b.kind ? a.kind < b.kind : a.clients.prefixes.front().base < b.clients.prefixes.front().base;
    });
    return std::move(changes_);
  }

 private:
  using Buckets = std::map<Deciders, std::vector<Range>>;

  void compare_clients_with(const std::optional<std::string>& info) {
    info_ = info;
    const Axes before = cut(before_, service_, info);
    const Axes after = cut(after_, service_, info);
    anybody_ = {before.anybody, after.anybody};
    const auto regions = pair_regions(before.addresses, after.addresses);
    // what changed for several groups of names in the same way is one change
    std::map<Deciders, std::vector<std::pair<std::vector<Range>, Names>>> found;
    const auto groups = group_names(before, after);
    for (const NameGroup& group : groups) {
      for (auto& bucket : collect(regions, group)) {
        auto& alike = found[bucket.first];
        const auto same =
            std::find_if(alike.begin(), alike.end(), [&](const auto& entry) { return entry.first == bucket.second; });
        if (same == alike.end())
          alike.emplace_back(std::move(bucket.second), group.names);
        else
          add_names(same->second, group.names);
      }
    }
    std::size_t patterns = 0;
    for (const NameGroup& group : groups) patterns += group.names.patterns.size();
    for (auto& [deciders, alike] : found)
      for (auto& [ranges, names] : alike) {
        names.any = names.without && names.others && names.patterns.size() == patterns;
        add_change(deciders, ranges, names);
      }
  }

  /// The regions that change for clients with names of `group`, by who decides.
  Buckets collect(const std::vector<PairedRegion>& regions, const NameGroup& group) {
    Buckets buckets;
    for (const PairedRegion& region : regions) {
      const Candidate before = first_asked(first_asked(region.found.before, group.found.before), anybody_.before);
      const Candidate after = first_asked(first_asked(region.found.after, group.found.after), anybody_.after);
      // for clients with an info: only what is said because of it, the rest was compared without
      if (info_ && !is_about_info(before_, before) && !is_about_info(after_, after)) continue;
      if (report_ == Report::everything || effects_.number_of(before_, before) != effects_.number_of(after_, after))
        append(buckets[{before.rule, after.rule}], region.range);
    }
    return buckets;
  }

  static bool is_about_info(const Policy& policy, const Candidate& candidate) {
    return candidate.rule != unclaimed && policy.rules[candidate.rule].info != 0;
  }

  void add_change(const Deciders& deciders, const std::vector<Range>& ranges, const Names& names) {
    Change change;
    change.before = side_of(effects_, before_, deciders.first);
    change.after = side_of(effects_, after_, deciders.second);
    change.kind = kind_of(change.before.effect, change.after.effect);
    ClientSet& clients = change.clients;
    clients.names = names;
    clients.info = info_;
    for (const Range& range : ranges) {
      for (const Prefix& prefix : prefixes_of(range)) {
        clients.addresses.add(prefix);
        clients.prefixes.push_back(prefix);
      }
    }
    clients.witness.address = ranges.front().first;
    clients.witness.info = info_;
    if (!names.any && !names.without) clients.witness.host = sample_name(names);
    require_rule(before_oracle_.decide(clients.witness), change.before.rule, clients.witness);
    require_rule(after_oracle_.decide(clients.witness), change.after.rule, clients.witness);
    changes_.push_back(std::move(change));
  }

  /// A name that `names` stands for. Labels are made up until no longer pattern takes the name away.
  std::string sample_name(const Names& names) const {
    for (const std::string& pattern : names.patterns)
      if (!pattern.starts_with('.')) return pattern;
    const std::string end = names.patterns.empty() ? ".invalid" : names.patterns.front();
    std::string label = "host";
    while (is_listed(label + end)) label += 'x';
    return label + end;
  }

  bool is_listed(const std::string& name) const {
    const auto names_it = [&](const Policy& policy) {
      return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
        const auto* host = std::get_if<HostName>(&rule.peer);
        return host != nullptr && host->name == name;
      });
    };
    return names_it(before_) || names_it(after_);
  }

  Report report_;
  const Policy& before_;
  const Policy& after_;
  std::string_view service_;
  Oracle before_oracle_;
  Oracle after_oracle_;
  Effects effects_;
  std::optional<std::string> info_;
  Pair anybody_;
  std::vector<Change> changes_;
};

}  // namespace

std::string_view change_kind_name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::relay_gained: return "relay-gained";
    case ChangeKind::allow_gained: return "allow-gained";
    case ChangeKind::denied: return "denied";
    case ChangeKind::relay_lost: return "relay-lost";
    case ChangeKind::environment: break;
  }
  return "environment";
}

ChangeKind kind_of(const Effect& before, const Effect& after) {
  if (after.relay && !before.relay) return ChangeKind::relay_gained;
  if (after.allowed && !before.allowed) return ChangeKind::allow_gained;
  if (before.allowed && !after.allowed) return ChangeKind::denied;
  if (before.relay && !after.relay) return ChangeKind::relay_lost;
  return ChangeKind::environment;
}

Side side_of(Effects& effects, const Policy& policy, std::uint32_t rule) {
  return {effects.effect(effects.number_of(policy, {0, rule})),
          rule == unclaimed ? std::nullopt : std::optional<std::size_t>(rule)};
}

std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view service) {
  return Comparison(before, after, service, Report::differences).run();
}

std::vector<DecidedRegion> decided_regions(const Policy& policy, std::string_view service) {
  const Policy nothing;
  std::vector<DecidedRegion> regions;
  for (Change& change : Comparison(nothing, policy, service, Report::everything).run())
    regions.push_back({std::move(change.clients), std::move(change.after)});
  std::stable_sort(regions.begin(), regions.end(), [](const DecidedRegion& a, const DecidedRegion& b) {
    return a.clients.prefixes.front().base < b.clients.prefixes.front().base;
  });
  return regions;
}

}  // namespace relayrules::analysis
