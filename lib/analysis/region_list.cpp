// From cells to places, and from places to sets of clients: see region_list.hpp.
//
// Clients with an info come after those without: only what is said because of the info is looked at, which is single
// addresses and single names laid over the rest. A query for one info wants the rest, too.
#include "analysis/region_list.hpp"

#include <algorithm>

#include "model/name_pattern.hpp"

namespace core::analysis {
namespace {

/// The names of rows that are one region.
template <std::size_t sides>
Names names_of(std::span<const Row<sides>> rows) {
  Names names;
  names.any = rows.front().any_name;
  if (names.any) return names;
  std::vector<std::string_view> patterns;
  for (const Row<sides>& row : rows)
    for (const std::uint32_t index : row.names) {
      const NameCell<sides>& name = row.name_cells[index];
      names.without = names.without || name.kind == NameKind::without;
      names.others = names.others || name.kind == NameKind::others;
      if (name.kind == NameKind::pattern) patterns.push_back(name.pattern);
    }
  std::sort(patterns.begin(), patterns.end());
  names.patterns = NameList(std::move(patterns));
  return names;
}

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

}  // namespace

template <std::size_t sides>
class RegionMaker {
  using Names = std::vector<NameCell<sides>>;
  using Cells = AddressCells<sides>;

 public:
  RegionMaker(RegionList<sides>& list, const Cut<sides>& cut, const ClientQuery& query, const Effects& effects,
              const RowOptions& options)
      : list_(list),
        cut_(cut),
        query_(query),
        effects_(effects),
        options_(options),
        info_options_{options.affordable, false},
        shared_options_{options.affordable, false},
        every_name_(query.host.kind == HostKind::whatever && query.host.excluded.empty()) {
    if (!every_name_) clip_names();
  }

  void run() {
    if (cut_.by_name)
      add_by_name();
    else if (query_.addresses == every_address())
      add_products(cut_.addresses);
    else
      add_products(keep(clipped(cut_.addresses, query_.addresses)));
  }

 private:
  /// A name that no rule is about is part of something wider.
  void clip_names() {
    Names& meant = list_.names_.emplace_back(clipped(cut_.names, query_.host));
    meant_ = &meant;
    const std::string_view pattern = query_.host.pattern;
    if (query_.host.kind != HostKind::pattern || !is_meant(query_.host, NameKind::pattern, pattern)) return;
    const NameCell<sides>& cell = find_cell(cut_.names, pattern);
    if (cell.pattern != pattern) meant.push_back({NameKind::pattern, pattern, cell.found});
  }

  [[nodiscard]] const Names& names() const { return every_name_ ? cut_.names : *meant_; }

  /// Rows are views of cells.
  const Cells& keep(Cells cells) { return list_.cells_.emplace_back(std::move(cells)); }
  const Names& keep(Names names) { return list_.names_.emplace_back(std::move(names)); }

  void add_products(const Cells& cells) {
    const bool one_info = query_.info.kind == InfoKind::text;
    if (!one_info) add(rows_of<sides>(cells, names(), every_name_, effects_, options_), names().size(), std::nullopt);
    if (query_.info.kind == InfoKind::none) return;
    if (!one_info) share_out_listing();
    bool found = false;
    for (const InfoCells<sides>& info : cut_.infos) {
      if (one_info && info.info != query_.info.text) continue;
      found = true;
      const std::array before{list_.parts_.size(), list_.cells_.size(), list_.names_.size()};
      add_info(cells, info);
      if (list_.parts_.size() > before[0]) continue;
      list_.cells_.resize(before[1]);  // of the many infos of which there is nothing to say
      list_.names_.resize(before[2]);
    }
    if (one_info && !found)
      add(rows_of<sides>(cells, names(), every_name_, effects_, options_), names().size(), query_.info.text);
  }

  /// Infos that are told apart by rules that know none of them list these again and again: what is affordable is for
  /// all of them.
  void share_out_listing() {
    const auto count = std::count_if(cut_.infos.begin(), cut_.infos.end(), [&](const InfoCells<sides>& info) {
      return !are_about_info_alone(info.addresses.found) || !are_about_info_alone(info.names);
    });
    shared_options_.affordable /= std::max<std::size_t>(static_cast<std::size_t>(count), 1);
  }

  void add_info(const Cells& cells, const InfoCells<sides>& info) {
    const std::string text(info.info);
    const Cells& points = keep(clipped(info.addresses, query_.addresses));
    const Names& info_names = keep(clipped(info.names, query_.host));
    if (points.size() > 0) add_points(points, info_names, text);
    if (query_.info.kind == InfoKind::text) {
      const Cells& rest = keep(without_points(cells, points));
      const Names& merged = merged_names(info_names);
      return add(rows_of<sides>(rest, merged, every_name_, effects_, info_options_), merged.size(), text);
    }
    if (!info_names.empty()) add_info_names(cells, points, info_names, text);
  }

  [[nodiscard]] const Names& merged_names(const Names& info_names) {
    return info_names.empty() ? names() : keep(overlaid<sides>(names(), info_names));
  }

  /// The single addresses for which there are rules about the info.
  void add_points(const Cells& points, const Names& info_names, const std::string& text) {
    if (every_name_ && are_about_info_alone(points.found)) {
      // whatever the name: the long list of names is not looked at
      const Names& anybody = keep(Names{{NameKind::without, {}, {}}});
      return add(rows_of<sides>(points, anybody, true, effects_, info_options_), 1, text);
    }
    SharedAxes<sides> shared;
    if (info_names.empty()) shared.names = &list_.names_of_infos_;
    const Names& merged = merged_names(info_names);
    add(rows_of<sides>(points, merged, every_name_, effects_, shared_options_, shared), merged.size(), text);
  }

  /// The names for which there are rules about the info, at all other addresses.
  void add_info_names(const Cells& cells, const Cells& points, const Names& info_names, const std::string& text) {
    if (are_about_info_alone(info_names)) {
      // whatever the address: the long list of addresses is not looked at
      const Cells& rest = keep(without_points(cells_without_rules(), points));
      return add(rows_of<sides>(rest, info_names, false, effects_, info_options_), 0, text);
    }
    SharedAxes<sides> shared;
    if (points.size() == 0) shared.addresses = &list_.addresses_of_infos_;
    const Cells& rest = points.size() == 0 ? cells : keep(without_points(cells, points));
    add(rows_of<sides>(rest, info_names, false, effects_, shared_options_, shared), 0, text);
  }

  [[nodiscard]] Cells cells_without_rules() const {
    Cells cells;
    for (const Range& range : query_.addresses) cells.push_back(range, {});
    return cells;
  }

  [[nodiscard]] bool are_about_info_alone(const std::vector<Found<sides>>& all) const {
    return std::all_of(all.begin(), all.end(), [&](const Found<sides>& found) { return is_about_info_alone(found); });
  }
  [[nodiscard]] bool are_about_info_alone(const Names& all) const {
    return std::all_of(all.begin(), all.end(),
                       [&](const NameCell<sides>& name) { return is_about_info_alone(name.found); });
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
    Rows<sides> all;
    for (std::size_t i = 0; i < names().size(); ++i) {
      Cells some = clipped(cells_for(cuts, i), query_.addresses);
      const Cells& cells = keep(only_about_info ? that_mention_info(some) : std::move(some));
      Rows<sides> more = rows_of<sides>(cells, {&names()[i], 1}, false, effects_, info_options_);
      std::move(more.rows.begin(), more.rows.end(), std::back_inserter(all.rows));
      std::move(more.kept.begin(), more.kept.end(), std::back_inserter(all.kept));
    }
    add(std::move(all), names().size(), info);
  }

  /// The addresses for the name at `place`. Of one policy they are kept: expectations come by the thousand.
  [[nodiscard]] Cells cells_for(const NameCuts<sides>& cuts, std::size_t place) {
    const NameCell<sides>& name = names()[place];
    const auto host = list_.samples_.sample(name.kind, name.pattern);
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
  void add(Rows<sides> rows, std::size_t names_count, const std::optional<std::string>& info) {
    if (rows.rows.empty()) return;
    join_alike(rows.rows, every_name_ ? names_count : 0, effects_);
    list_.parts_.push_back({info, std::move(rows.rows), std::move(rows.kept)});
  }

  RegionList<sides>& list_;
  const Cut<sides>& cut_;
  const ClientQuery& query_;
  const Effects& effects_;
  RowOptions options_;
  RowOptions info_options_;    ///< of clients with an info nothing is left out
  RowOptions shared_options_;  ///< and what they have in common is not listed for each
  bool every_name_;
  const Names* meant_ = nullptr;  ///< unless every_name_
};

bool SampleNames::is_taken(std::string_view name) {
  if (listed_.empty())
    for (const Policy* policy : policies_)
      for (const std::string_view pattern : name_patterns_of(*policy)) listed_.insert(pattern);
  return listed_.contains(name) || is_excluded(host_, name) ||
         std::binary_search(patterns_.begin(), patterns_.end(), name, is_before_reversed);
}

std::optional<std::string> SampleNames::sample(NameKind kind, std::string_view pattern) {
  if (kind == NameKind::without) return std::nullopt;
  std::string end(is_suffix_pattern(pattern) ? pattern : name_of_pattern(pattern));
  if (kind == NameKind::others)
    for (end = ".invalid"; is_taken(end);) end += 'x';
  if (kind == NameKind::pattern && !is_suffix_pattern(pattern)) return end;
  // labels are made up until no longer pattern takes the name away
  std::string label = "host";
  while (is_taken(label + end)) label += 'x';
  return label + end;
}

template <std::size_t sides>
RegionList<sides>::RegionList(const Cut<sides>& cut, const ClientQuery& query, const Effects& effects,
                              const RowOptions& options)
    : samples_(cut.policies, query.host) {
  RegionMaker<sides>(*this, cut, query, effects, options).run();
}

template <std::size_t sides>
auto RegionList<sides>::sorted(std::vector<Sortable> found) -> std::vector<Place> {
  std::sort(found.begin(), found.end());
  std::vector<Place> places;
  places.reserve(found.size());
  for (const Sortable& next : found) places.push_back(next.place);
  return places;
}

template <std::size_t sides>
std::span<const Row<sides>> RegionList<sides>::rows_of_region(const Place& place) const {
  const std::span<const Row<sides>> rows = std::span(parts_[place.part].rows).subspan(place.row);
  std::size_t count = 1;
  while (count < rows.size() && rows[count].goes_on) ++count;
  return rows.first(count);
}

template <std::size_t sides>
bool RegionList<sides>::is_by_address(const Place& place) const {
  if (parts_[place.part].info) return false;
  const auto rows = rows_of_region(place);
  return rows.front().any_name || std::any_of(rows.begin(), rows.end(), [](const Row<sides>& row) {
           return std::any_of(row.names.begin(), row.names.end(),
                              [&](std::uint32_t name) { return row.name_cells[name].kind == NameKind::without; });
         });
}

template <std::size_t sides>
Client RegionList<sides>::witness(const Place& place) const {
  const NameCell<sides>& sample = row(place).name_cells[row(place).sample];
  return {first_address(place), samples_.sample(sample.kind, sample.pattern), parts_[place.part].info};
}

template <std::size_t sides>
void RegionList<sides>::add_addresses(ClientSet& clients, const Row<sides>& row) const {
  const auto own = [&] {
    clients.ranges = ranges_of(row);
    clients.addresses = count_addresses(clients.ranges);
  };
  if (!row.shares_addresses) return own();
  const auto [entry, is_new] = shared_addresses_.try_emplace({row.addresses.data(), row.addresses.size()});
  SharedAddresses& shared = entry->second;
  if (is_new) {
    own();
    clients.ranges.keep_prefixes();
    shared = {static_cast<std::uint32_t>(shared_addresses_.size()), clients.ranges, clients.addresses};
  }
  clients.ranges = shared.ranges;
  clients.addresses = shared.count;
  clients.shared_ranges = shared.number;
}

template <std::size_t sides>
void RegionList<sides>::add_names(ClientSet& clients, std::span<const Row<sides>> rows) const {
  if (!rows.front().shares_names) {
    clients.names = names_of(rows);
    return;
  }
  std::vector<RunPlace> key;
  for (const Row<sides>& row : rows) key.emplace_back(row.names.data(), row.names.size());
  if (rows.front().any_name) key.clear();
  const auto [entry, is_new] = shared_names_.try_emplace(std::move(key));
  if (is_new) entry->second = {static_cast<std::uint32_t>(shared_names_.size()), names_of(rows)};
  clients.names = entry->second.names;
  clients.shared_names = entry->second.number;
}

template <std::size_t sides>
ClientSet RegionList<sides>::clients(const Place& place) const {
  ClientSet clients;
  add_addresses(clients, row(place));
  add_names(clients, rows_of_region(place));
  clients.info = parts_[place.part].info;
  clients.witness = witness(place);
  return clients;
}

template class RegionList<1>;
template class RegionList<2>;

}  // namespace core::analysis
