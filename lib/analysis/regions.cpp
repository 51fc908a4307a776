// From cells to sets of clients: see regions.hpp.
//
// Clients with an info come after those without: only what is said because of the info is looked at, which is single
// addresses and single names laid over the rest. A query for one info wants the rest, too.
#include "analysis/regions.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <unordered_set>

#include "model/key_index.hpp"
#include "model/name_pattern.hpp"

namespace core::analysis {
namespace {

/// Names for witnesses: one that a cell stands for, and that the query does not exclude.
class SampleNames {
 public:
  SampleNames(std::span<const Policy* const> policies, const HostQuery& host) : policies_(policies), host_(host) {}

  /// Labels are made up until no longer pattern takes the name away.
  std::optional<std::string> sample(NameKind kind, std::string_view pattern) {
    if (kind == NameKind::without) return std::nullopt;
    std::string end(is_suffix_pattern(pattern) ? pattern : name_of_pattern(pattern));
    if (kind == NameKind::others)
      for (end = ".invalid"; is_taken(end);) end += 'x';
    if (kind == NameKind::pattern && !is_suffix_pattern(pattern)) return end;
    std::string label = "host";
    while (is_taken(label + end)) label += 'x';
    return label + end;
  }

 private:
  bool is_taken(std::string_view name) {
    if (listed_.empty())
      for (const Policy* policy : policies_)
        for (const std::string_view pattern : name_patterns_of(*policy)) listed_.insert(pattern);
    return listed_.contains(name) || is_excluded(host_, name);
  }

  std::span<const Policy* const> policies_;
  const HostQuery& host_;
  std::unordered_set<std::string_view> listed_;
};

template <std::size_t sides>
Names names_of(const Row<sides>& row) {
  Names names;
  names.any = row.any_name;
  if (row.any_name) return names;
  for (const NameCell<sides>* name : row.names) {
    names.without = names.without || name->kind == NameKind::without;
    names.others = names.others || name->kind == NameKind::others;
    if (name->kind == NameKind::pattern) names.patterns.emplace_back(name->pattern);
  }
  std::sort(names.patterns.begin(), names.patterns.end());
  return names;
}

// ---- cutting cells --------------------------------------------------------------------------------------------------

/// What lies in `ranges`, which are disjoint and in order.
template <std::size_t sides>
AddressCells<sides> clipped(const AddressCells<sides>& cells, const std::vector<Range>& ranges) {
  AddressCells<sides> inside;
  for (const Range& range : ranges) {
    std::size_t i = find_reaching(cells.ranges, range.first);
    for (; i < cells.size() && cells.ranges[i].first <= range.last; ++i)
      inside.push_back({std::max(cells.ranges[i].first, range.first), std::min(cells.ranges[i].last, range.last)},
                       cells.found[i]);
  }
  return inside;
}

/// `cells` without the single addresses of `points`.
template <std::size_t sides>
AddressCells<sides> without_points(const AddressCells<sides>& cells, const AddressCells<sides>& points) {
  AddressCells<sides> rest;
  std::size_t next = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    Range left = cells.ranges[i];
    bool is_left = true;
    for (; is_left && next < points.size() && points.ranges[next].first <= left.last; ++next) {
      const Address point = points.ranges[next].first;
      if (left.first < point) rest.push_back({left.first, *predecessor(point)}, cells.found[i]);
      is_left = point != left.last;
      if (is_left) left.first = *successor(point);
    }
    if (is_left) rest.push_back(left, cells.found[i]);
  }
  return rest;
}

bool is_meant(const HostQuery& host, NameKind kind, std::string_view pattern) {
  if (kind == NameKind::without) return host.kind == HostKind::whatever || host.kind == HostKind::none;
  if (kind == NameKind::others) return host.kind == HostKind::whatever || host.kind == HostKind::named;
  if (host.kind == HostKind::none || is_excluded(host, pattern)) return false;
  return host.kind != HostKind::pattern || covers_name(host.pattern, pattern);
}

template <std::size_t sides>
std::vector<NameCell<sides>> clipped(const std::vector<NameCell<sides>>& cells, const HostQuery& host) {
  std::vector<NameCell<sides>> meant;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(meant),
               [&](const NameCell<sides>& cell) { return is_meant(host, cell.kind, cell.pattern); });
  return meant;
}

/// `names` with `info_names` laid over them: again every name in exactly one cell.
template <std::size_t sides>
std::vector<NameCell<sides>> overlaid(std::span<const NameCell<sides>> names, std::vector<NameCell<sides>> info_names) {
  std::unordered_set<std::string_view> covered;
  for (const NameCell<sides>& name : info_names) covered.insert(name.pattern);
  std::copy_if(names.begin(), names.end(), std::back_inserter(info_names), [&](const NameCell<sides>& name) {
    return name.kind != NameKind::pattern || !covered.contains(name.pattern);
  });
  return info_names;
}

template <std::size_t sides>
class RegionMaker {
  using Names = std::vector<NameCell<sides>>;
  using Cells = AddressCells<sides>;

 public:
  RegionMaker(const Cut<sides>& cut, const ClientQuery& query, const Effects& effects, const RowOptions& options)
      : cut_(cut),
        query_(query),
        effects_(effects),
        options_(options),
        info_options_{options.affordable, false},
        every_name_(query.host.kind == HostKind::whatever && query.host.excluded.empty()),
        samples_(cut.policies, query.host) {
    if (!every_name_) clip_names();
  }

  std::vector<Region<sides>> run() {
    if (cut_.by_name)
      add_by_name();
    else if (query_.addresses == every_address())
      add_products(cut_.addresses);
    else
      add_products(clipped(cut_.addresses, query_.addresses));
    return std::move(regions_);
  }

 private:
  /// A name that no rule is about is part of something wider.
  void clip_names() {
    meant_ = clipped(cut_.names, query_.host);
    const std::string_view pattern = query_.host.pattern;
    if (query_.host.kind != HostKind::pattern || !is_meant(query_.host, NameKind::pattern, pattern)) return;
    const NameCell<sides>& cell = find_cell(cut_.names, pattern);
    if (cell.pattern != pattern) meant_.push_back({NameKind::pattern, pattern, cell.found});
  }

  [[nodiscard]] const Names& names() const { return every_name_ ? cut_.names : meant_; }

  void add_products(const Cells& cells) {
    const bool one_info = query_.info.kind == InfoKind::text;
    if (!one_info) add(rows_of<sides>(cells, names(), every_name_, effects_, options_), names().size(), std::nullopt);
    if (query_.info.kind == InfoKind::none) return;
    bool found = false;
    for (const InfoCells<sides>& info : cut_.infos) {
      if (one_info && info.info != query_.info.text) continue;
      found = true;
      add_info(cells, info);
    }
    if (one_info && !found)
      add(rows_of<sides>(cells, names(), every_name_, effects_, options_), names().size(), query_.info.text);
  }

  void add_info(const Cells& cells, const InfoCells<sides>& info) {
    const std::string text(info.info);
    const Cells points = clipped(info.addresses, query_.addresses);
    const Names info_names = clipped(info.names, query_.host);
    const Names all_names = info_names.empty() ? Names() : overlaid<sides>(names(), info_names);
    const Names& merged_names = info_names.empty() ? names() : all_names;
    const auto is_alone = [&](const Found<sides>& found) { return is_about_info_alone(found); };
    if (every_name_ && std::all_of(points.found.begin(), points.found.end(), is_alone)) {
      // whatever the name: the long list of names is not looked at
      const Names anybody = {{NameKind::without, {}, {}}};
      add(rows_of<sides>(points, anybody, true, effects_, info_options_), 1, text);
    } else {
      add(rows_of<sides>(points, merged_names, every_name_, effects_, info_options_), merged_names.size(), text);
    }
    if (query_.info.kind == InfoKind::text) {
      const Cells rest = without_points(cells, points);
      return add(rows_of<sides>(rest, merged_names, every_name_, effects_, info_options_), merged_names.size(), text);
    }
    if (info_names.empty()) return;
    // whatever the address, perhaps: the long list of addresses is not looked at
    const bool alone = std::all_of(info_names.begin(), info_names.end(),
                                   [&](const NameCell<sides>& name) { return is_about_info_alone(name.found); });
    const Cells rest = without_points(alone ? cells_without_rules() : cells, points);
    add(rows_of<sides>(rest, info_names, false, effects_, info_options_), 0, text);
  }

  [[nodiscard]] Cells cells_without_rules() const {
    Cells cells;
    for (const Range& range : query_.addresses) cells.push_back(range, {});
    return cells;
  }

  /// True when each side decides because of an info, or has nothing else to say.
  [[nodiscard]] bool is_about_info_alone(const Found<sides>& found) const {
    for (std::size_t side = 0; side < sides; ++side)
      if (!cut_.policies[side]->rules.empty() && !is_about_info(*cut_.policies[side], found[side])) return false;
    return true;
  }

  [[nodiscard]] bool is_about_some_info(const Found<sides>& found) const {
    for (std::size_t side = 0; side < sides; ++side)
      if (is_about_info(*cut_.policies[side], found[side])) return true;
    return false;
  }

  void add_by_name() {
    if (query_.info.kind == InfoKind::text) return add_by_name(query_.info.text, false);
    add_by_name(std::nullopt, false);
    if (query_.info.kind == InfoKind::whatever)
      for (const InfoCells<sides>& info : cut_.infos) add_by_name(std::string(info.info), true);
  }

  void add_by_name(const std::optional<std::string>& info, bool only_about_info) {
    const NameCuts<sides> cuts(cut_, info);
    std::vector<Row<sides>> rows;
    for (std::size_t i = 0; i < names().size(); ++i) {
      Cells cells = clipped(cells_for(cuts, i), query_.addresses);
      if (only_about_info) cells = that_mention_info(cells);
      auto more = rows_of<sides>(cells, {&names()[i], 1}, false, effects_, info_options_);
      std::move(more.begin(), more.end(), std::back_inserter(rows));
    }
    add(std::move(rows), names().size(), info);
  }

  /// The addresses for the name at `place`. Of one policy they are kept: expectations come by the thousand.
  [[nodiscard]] Cells cells_for(const NameCuts<sides>& cuts, std::size_t place) {
    const NameCell<sides>& name = names()[place];
    const auto host = samples_.sample(name.kind, name.pattern);
    if (sides > 1 || !every_name_) return cuts.cells_for(host);
    auto& kept = cut_.addresses_by_name;
    kept.resize(cut_.names.size());
    if (kept[place].size() == 0) kept[place] = cuts.cells_for(host);
    return kept[place];
  }

  [[nodiscard]] Cells that_mention_info(const Cells& cells) const {
    Cells some;
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (is_about_some_info(cells.found[i])) some.push_back(cells.ranges[i], cells.found[i]);
    return some;
  }

  /// Adds what `rows` of so many names are, with those that are alike as one.
  void add(std::vector<Row<sides>> rows, std::size_t names_count, const std::optional<std::string>& info) {
    for (Row<sides>& row : merged(std::move(rows), every_name_ ? names_count : 0)) {
      ClientSet clients;
      clients.names = names_of(row);
      clients.info = info;
      clients.addresses = count_addresses(row.ranges);
      clients.witness = {row.ranges.front().first, samples_.sample(row.sample->kind, row.sample->pattern), info};
      clients.ranges = std::move(row.ranges);
      regions_.push_back({std::move(clients), row.granularity, row.found, std::move(row.rules)});
    }
  }

  const Cut<sides>& cut_;
  const ClientQuery& query_;
  const Effects& effects_;
  RowOptions options_;
  RowOptions info_options_;  ///< of clients with an info nothing is left out
  bool every_name_;
  SampleNames samples_;
  Names meant_;  ///< unless every_name_
  std::vector<Region<sides>> regions_;
};

template <typename Wanted>
std::vector<DecidedRegion> decided(const Partition& partition, const ClientQuery& query, const RowOptions& options,
                                   Wanted&& wanted) {
  const Effects effects(partition.policies);
  std::vector<DecidedRegion> decided;
  for (Region<1>& region : regions_of(partition, query, effects, options)) {
    DecidedRegion next{std::move(region.clients), effects.decision(region.found[0].rule), std::move(region.rules)};
    if (wanted(next)) decided.push_back(std::move(next));
  }
  sort_by_first_address(decided);
  return decided;
}

}  // namespace

template <std::size_t sides>
std::vector<Region<sides>> regions_of(const Cut<sides>& cut, const ClientQuery& query, const Effects& effects,
                                      const RowOptions& options) {
  return RegionMaker<sides>(cut, query, effects, options).run();
}
template std::vector<Region<1>> regions_of(const Partition&, const ClientQuery&, const Effects&, const RowOptions&);
template std::vector<Region<2>> regions_of(const Overlay&, const ClientQuery&, const Effects&, const RowOptions&);

std::vector<DecidedRegion> decided_regions(const Partition& partition, std::size_t affordable) {
  auto regions = decided(partition, {}, {affordable, false}, [](const DecidedRegion&) { return true; });
  confirm(partition, regions);
  return regions;
}

std::vector<DecidedRegion> named_regions(const Partition& partition) {
  auto regions = decided(partition, {}, {affordable_listing, true},
                         [](const DecidedRegion& region) { return !is_by_address(region.clients); });
  confirm(partition, regions);
  return regions;
}

std::vector<DecidedRegion> select(const Partition& partition, const ClientQuery& query,
                                  const std::function<bool(const Side&)>& wanted) {
  return decided(partition, query, {}, [&](const DecidedRegion& region) { return wanted(region.decision); });
}

void confirm(const Partition& partition, std::span<const DecidedRegion> regions) {
  std::vector<Witness> witnesses;
  for (const DecidedRegion& region : regions) witnesses.push_back({&region.clients.witness, region.decision.rule});
  require_decisions(*partition.policies[0], partition.daemon, witnesses);
}

void require_decisions(const Policy& policy, std::string_view daemon, std::span<const Witness> witnesses) {
  std::vector<const Client*> clients;
  for (const Witness& witness : witnesses) clients.push_back(witness.client);
  const Evaluator evaluator(policy, daemon, clients);
  for (const auto& [client, rule] : witnesses) {
    if (evaluator.decide(*client).rule == rule) continue;
    std::fprintf(stderr,
                 "relayrules: analysis and evaluate disagree about the client %s %s: this is a mistake in relayrules, "
                 "please report it\n",
                 format_address(client->address).c_str(), client->host.value_or("").c_str());
    std::abort();
  }
}

}  // namespace core::analysis
