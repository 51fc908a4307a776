// Comparing two policies for all clients: see diff.hpp.
//
//   cut both --> regions and names, side by side (pairing.hpp) --> rows of clients that fare alike (rows.hpp) --> changes
//
// Clients with an info come after those without: only what is said because of the info is looked at, which is single addresses
// and single names laid over the rest. The witnesses of all changes are put to evaluate together, at the end.
#include "analysis/diff.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "analysis/oracle.hpp"
#include "analysis/pairing.hpp"
#include "analysis/rows.hpp"
#include "base/launch.hpp"
#include "model/name_cut.hpp"
#include "model/name_pattern.hpp"

namespace core::analysis {
namespace {

/// Names for witnesses: one that a pattern stands for, or one that no pattern stands for.
class SampleNames {
 public:
  SampleNames(const Policy& before, const Policy& after) : before_(before), after_(after) {}

  /// Labels are made up until no longer pattern takes the name away.
  std::optional<std::string> sample(const PairedName& name) {
    if (name.kind == NameKind::without) return std::nullopt;
    std::string end(is_suffix_pattern(name.pattern) ? name.pattern : name_of_pattern(name.pattern));
    if (name.kind == NameKind::others)
      for (end = ".invalid"; is_listed(end);) end += 'x';
    if (name.kind == NameKind::pattern && !is_suffix_pattern(name.pattern)) return end;
    std::string label = "host";
    while (is_listed(label + end)) label += 'x';
    return label + end;
  }

 private:
  bool is_listed(std::string_view name) {
    if (listed_.empty())
      for (const Policy* policy : {&before_, &after_})
        for (const std::string_view pattern : name_patterns_of(*policy)) listed_.insert(pattern);
    return listed_.contains(name);
  }

  const Policy& before_;
  const Policy& after_;
  std::unordered_set<std::string_view> listed_;
};

/// Rows that are about the same addresses, and alike, become one. A row of `names_count` names is for any name.
std::vector<Row> merged(std::vector<Row> rows, std::size_t names_count) {
  const auto key = [](const Row& row) { return std::tie(row.grain, row.label, row.rank, row.ranges); };
  const auto rest = std::stable_partition(rows.begin(), rows.end(), [](const Row& row) { return row.any_name; });
  std::stable_sort(rest, rows.end(), [&](const Row& a, const Row& b) {
    return key(a) != key(b) ? key(a) < key(b) : is_plainer(*a.sample, *b.sample);
  });
  auto last = rest;
  for (auto row = rest; row != rows.end(); ++row) {
    if (row == rest) continue;
    if (key(*last) == key(*row))
      last->names.insert(last->names.end(), row->names.begin(), row->names.end());
    else if (++last != row)
      *last = std::move(*row);
  }
  if (last != rows.end()) rows.erase(last + 1, rows.end());
  for (Row& row : rows) row.any_name = row.any_name || row.names.size() == names_count;
  return rows;
}

Names names_of(const Row& row) {
  Names names;
  names.any = row.any_name;
  if (row.any_name) return names;
  for (const PairedName* name : row.names) {
    names.without = names.without || name->kind == NameKind::without;
    names.others = names.others || name->kind == NameKind::others;
    if (name->kind == NameKind::pattern) names.patterns.emplace_back(name->pattern);
  }
  std::sort(names.patterns.begin(), names.patterns.end());
  return names;
}

/// A change, and all rules of the second policy that make it so.
struct FoundChange : Change {
  std::vector<std::uint32_t> rules;
};

class Comparison {
 public:
  Comparison(const Policy& before, const Policy& after, std::string_view daemon, const RowOptions& options)
      : options_(options),
        info_options_(options),
        before_(before),
        after_(after),
        daemon_(daemon),
        effects_(before, after),
        samples_(before, after) {
    if (options.report == Report::by_name) info_options_.report = Report::everything;
  }

  std::vector<FoundChange> run() {
    if (has_exceptions(before_) || has_exceptions(after_))
      compare_name_by_name();
    else
      compare_axes();
    require_witnesses();
    return std::move(changes_);
  }

  /// After run() by name: what addresses decide of `after`.
  AddressRegions take_addresses() { return std::move(addresses_); }
  RuleEffects take_effects() { return effects_.take_after(); }

 private:
  void compare_axes() {
    auto cutting = std::async(launch_for(before_.rules.size()), [this] { return cut(before_, daemon_, std::nullopt); });
    Axes after = cut(after_, daemon_, std::nullopt);
    Axes before = cutting.get();
    const PairedRegions regions = pair_regions(before.addresses, after.addresses, {before.anybody, after.anybody});
    before.addresses = {};
    if (options_.report == Report::by_name) keep_addresses(after);
    after.addresses = {};
    const auto names = pair_names(before, after);
    add_changes(merged(rows_of(regions, names, true, effects_, options_), names.size()), std::nullopt);
    std::map<std::string_view, std::pair<InfoClaims, InfoClaims>> infos;
    for (InfoClaims& claims : info_claims_of(before_)) infos[claims.info].first = std::move(claims);
    for (InfoClaims& claims : info_claims_of(after_)) infos[claims.info].second = std::move(claims);
    for (const auto& [text, claims] : infos) {
      const std::string info(text);
      const auto points = pair_info_addresses(regions, claims.first.addresses, claims.second.addresses);
      const auto info_names = pair_info_names(before, after, claims.first.names, claims.second.names);
      compare_info_addresses(points, names, info_names, info);
      compare_info_names(regions, points, info_names, info);
    }
  }

  void keep_addresses(Axes& axes) {
    addresses_ = std::move(axes.addresses);
    for (Candidate& best : addresses_.best) best = first_asked(best, axes.anybody);
  }

  void compare_info_addresses(const PairedRegions& points, const std::vector<PairedName>& names,
                              const std::vector<PairedName>& info_names, const std::string& info) {
    const auto beats_names = [&](const Pair& found) { return is_about_info_alone(found); };
    if (std::all_of(points.found.begin(), points.found.end(), beats_names)) {
      // whatever the name: the long list of names is not looked at
      const std::vector<PairedName> anybody = {{NameKind::without, {}, {}}};
      return add_changes(rows_of(points, anybody, true, effects_, info_options_), info);
    }
    const auto all_names = info_names.empty() ? names : overlaid(names, info_names);
    add_changes(merged(rows_of(points, all_names, true, effects_, info_options_), all_names.size()), info);
  }

  void compare_info_names(const PairedRegions& regions, const PairedRegions& points,
                          const std::vector<PairedName>& names, const std::string& info) {
    const auto beats_addresses = [&](const PairedName& name) { return is_about_info_alone(name.found); };
    if (names.empty()) return;
    if (!std::all_of(names.begin(), names.end(), beats_addresses))
      return add_changes(rows_of(without_points(regions, points), names, false, effects_, info_options_), info);
    // whatever the address: the long list of regions is not looked at
    const PairedRegions all{{all_addresses(Family::ipv4), all_addresses(Family::ipv6)}, {{}, {}}};
    add_changes(rows_of(without_points(all, points), names, false, effects_, info_options_), info);
  }

  /// True when both sides decide because of an info, or have nothing else to say.
  [[nodiscard]] bool is_about_info_alone(const Pair& found) const {
    return (before_.rules.empty() || is_about_info(before_, found.before)) &&
           (after_.rules.empty() || is_about_info(after_, found.after));
  }

  /// For policies with exceptions: see name_cut.hpp.
  void compare_name_by_name() {
    if (options_.report == Report::by_name)
      addresses_ = NameCut(after_, daemon_, std::nullopt).regions_for(std::nullopt);
    compare_name_by_name(std::nullopt);
    std::set<std::string> infos;
    for (const Policy* policy : {&before_, &after_})
      for (const InfoClaims& claims : info_claims_of(*policy)) infos.emplace(claims.info);
    for (const std::string& info : infos) compare_name_by_name(info);
  }

  void compare_name_by_name(const std::optional<std::string>& info) {
    const NameCut before(before_, daemon_, info);
    const NameCut after(after_, daemon_, info);
    std::vector<std::string_view> patterns = name_patterns_of(before_);
    for (const std::string_view pattern : name_patterns_of(after_)) patterns.push_back(pattern);
    std::sort(patterns.begin(), patterns.end());
    patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
    std::vector<PairedName> names = {{NameKind::without, {}, {}}, {NameKind::others, {}, {}}};
    for (const std::string_view pattern : patterns) names.push_back({NameKind::pattern, pattern, {}});
    std::vector<Row> rows;
    for (const PairedName& name : names) {
      const auto host = samples_.sample(name);
      auto regions = pair_regions(before.regions_for(host), after.regions_for(host), {});
      if (info) regions = that_mention_info(regions);
      for (Row& row : rows_of(regions, {&name, 1}, false, effects_, info_options_)) rows.push_back(std::move(row));
    }
    add_changes(merged(std::move(rows), names.size()), info);
  }

  [[nodiscard]] PairedRegions that_mention_info(const PairedRegions& regions) const {
    PairedRegions some;
    for (std::size_t i = 0; i < regions.size(); ++i)
      if (is_about_info(before_, regions.found[i].before) || is_about_info(after_, regions.found[i].after))
        some.push_back(regions.ranges[i], regions.found[i]);
    return some;
  }

  [[nodiscard]] Side side(std::uint32_t effect, const Candidate& candidate) const {
    return {effects_.effect(effect),
            candidate.rule == unclaimed ? std::nullopt : std::optional<std::size_t>(candidate.rule)};
  }

  void add_changes(std::vector<Row> rows, const std::optional<std::string>& info) {
    for (Row& row : rows) {
      FoundChange change;
      change.kind = effects_.kind(row.found);
      change.before = side(effects_.before(row.found.before), row.found.before);
      change.after = side(effects_.after(row.found.after), row.found.after);
      change.alike = row.grain != Grain::kind;
      ClientSet& clients = change.clients;
      clients.names = names_of(row);
      clients.info = info;
      clients.addresses = count_addresses(row.ranges);
      clients.witness = {row.ranges.front().first, samples_.sample(*row.sample), info};
      clients.ranges = std::move(row.ranges);
      change.rules = std::move(row.rules);
      changes_.push_back(std::move(change));
    }
  }

  void require_witnesses() const {
    std::vector<const Client*> witnesses;
    for (const FoundChange& change : changes_) witnesses.push_back(&change.clients.witness);
    auto deciding =
        std::async(launch_for(before_.rules.size()), [&] { return decide_all(before_, witnesses, daemon_); });
    const auto after = decide_all(after_, witnesses, daemon_);
    const auto before = deciding.get();
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      require_rule(before[i], changes_[i].before.rule, *witnesses[i]);
      require_rule(after[i], changes_[i].after.rule, *witnesses[i]);
    }
  }

  RowOptions options_;
  RowOptions info_options_;  ///< of clients with an info nothing is left out
  const Policy& before_;
  const Policy& after_;
  std::string_view daemon_;
  PairEffects effects_;
  SampleNames samples_;
  std::vector<FoundChange> changes_;
  AddressRegions addresses_;
};

template <typename Entry>
void sort_by_first_address(std::vector<Entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.clients.ranges.front().first < b.clients.ranges.front().first;
  });
}

std::vector<DecidedRegion> decided(std::vector<FoundChange> changes) {
  std::vector<DecidedRegion> regions;
  regions.reserve(changes.size());
  for (FoundChange& change : changes)
    regions.push_back({std::move(change.clients), std::move(change.after), std::move(change.rules)});
  return regions;
}

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

std::vector<Change> diff(const Policy& before, const Policy& after, std::string_view daemon, std::size_t affordable) {
  std::vector<Change> changes;
  for (FoundChange& change : Comparison(before, after, daemon, {Report::differences, affordable}).run())
    changes.push_back(std::move(change));
  sort_by_first_address(changes);
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.kind < b.kind; });
  return changes;
}

std::vector<DecidedRegion> decided_regions(const Policy& policy, std::string_view daemon, std::size_t affordable) {
  const Policy nothing;
  std::vector<DecidedRegion> regions =
      decided(Comparison(nothing, policy, daemon, {Report::everything, affordable}).run());
  sort_by_first_address(regions);
  return regions;
}

DecidedClients decided_clients(const Policy& policy, std::string_view daemon) {
  const Policy nothing;
  Comparison comparison(nothing, policy, daemon, {Report::by_name, affordable_listing});
  DecidedClients clients;
  clients.named = decided(comparison.run());
  std::erase_if(clients.named, [](const DecidedRegion& region) { return is_by_address(region.clients); });
  clients.addresses = comparison.take_addresses();
  clients.effects = comparison.take_effects();
  sort_by_first_address(clients.named);
  return clients;
}

}  // namespace core::analysis
