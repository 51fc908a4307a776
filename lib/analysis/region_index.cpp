// Asking decided regions about some clients: see region_index.hpp.
#include "analysis/region_index.hpp"

#include "model/name_pattern.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace core::analysis {
namespace {

void sort_unique(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

bool contains(const std::vector<std::string>& sorted, std::string_view text) {
  return std::binary_search(sorted.begin(), sorted.end(), text);
}

/// The pattern of `patterns` that takes the names of `name`: itself, or the longest suffix; empty when there is none.
std::string_view taken_by(const std::vector<std::string>& patterns, std::string_view name) {
  if (contains(patterns, name)) return name;
  for (std::size_t dot = find_wider_suffix(name, 0); dot != std::string_view::npos;
       dot = find_wider_suffix(name, dot + 1))
    if (contains(patterns, name.substr(dot))) return name.substr(dot);
  return {};
}

bool has_class(const Names& names, std::string_view pattern) {
  if (pattern.empty()) return names.others;
  return std::find(names.patterns.begin(), names.patterns.end(), pattern) != names.patterns.end();
}

/// The same names one by one. `patterns` are all that rules are about.
Names spelt_out(const Names& names, const std::vector<std::string>& patterns) {
  return names.any ? Names{false, true, true, patterns} : names;
}

bool is_meant(const HostQuery& host, std::string_view pattern) {
  if (host.kind == HostKind::none) return false;
  if (host.kind == HostKind::pattern && !covers_name(host.pattern, pattern)) return false;
  return std::none_of(host.excluded.begin(), host.excluded.end(),
                      [&](const std::string& excluded) { return covers_name(excluded, pattern); });
}

bool is_empty(const Names& names) { return !names.any && !names.without && !names.others && names.patterns.empty(); }

/// Those of `names` that `host` means.
Names clipped(const Names& names, const std::vector<std::string>& patterns, const HostQuery& host) {
  if (host.kind == HostKind::whatever && host.excluded.empty()) return names;
  Names all = spelt_out(names, patterns);
  // a name that no rule is about is part of something wider
  if (host.kind == HostKind::pattern && !contains(patterns, host.pattern) &&
      has_class(all, taken_by(patterns, host.pattern)))
    all.patterns.push_back(host.pattern);
  Names some;
  some.without = all.without && (host.kind == HostKind::whatever || host.kind == HostKind::none);
  some.others = all.others && (host.kind == HostKind::whatever || host.kind == HostKind::named);
  std::copy_if(all.patterns.begin(), all.patterns.end(), std::back_inserter(some.patterns),
               [&](const std::string& pattern) { return is_meant(host, pattern); });
  return some;
}

/// `names` without those of `taken`; the same when it takes none of them.
Names without(const Names& names, const Names& taken, const std::vector<std::string>& patterns) {
  if (taken.any) return {};
  Names all = spelt_out(names, patterns);
  const std::size_t before = all.patterns.size();
  std::erase_if(all.patterns, [&](const std::string& pattern) { return has_class(taken, pattern); });
  const bool changed =
      all.patterns.size() != before || names.any || (all.without && taken.without) || (all.others && taken.others);
  if (!changed) return names;
  all.without = all.without && !taken.without;
  all.others = all.others && !taken.others;
  return all;
}

bool same_names(const Names& a, const Names& b) {
  return std::tie(a.any, a.without, a.others, a.patterns) == std::tie(b.any, b.without, b.others, b.patterns);
}

/// True when clients that `query` means can be in a region with this info.
bool is_about(const InfoQuery& query, const std::optional<std::string>& info) {
  if (query.kind == InfoKind::whatever || !info) return true;
  return query.kind == InfoKind::text && query.text == *info;
}

}  // namespace

RegionIndex::RegionIndex(const Policy& policy, std::string_view daemon)
    : policy_(policy), daemon_(daemon), regions_(decided_regions(policy, daemon)) {
  add_layers();
}

void RegionIndex::add_layers() {
  std::map<std::tuple<std::optional<std::string>, bool, bool, bool, std::vector<std::string>>, std::size_t> numbers;
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    const ClientSet& clients = regions_[i].clients;
    const Names& names = clients.names;
    const std::vector<std::string> listed = names.any ? std::vector<std::string>() : names.patterns;
    const auto [entry, fresh] =
        numbers.try_emplace({clients.info, names.any, names.without, names.others, listed}, layers_.size());
    if (fresh) layers_.push_back({{names.any, names.without, names.others, listed}, clients.info, {}});
    for (const Range& range : clients.ranges) layers_[entry->second].pieces.push_back({range, i});
  }
  for (Layer& layer : layers_) {
    std::sort(layer.pieces.begin(), layer.pieces.end(),
              [](const Piece& a, const Piece& b) { return a.range.first < b.range.first; });
    for (auto* list : {&patterns_[layer.info], &all_patterns_})
      list->insert(list->end(), layer.names.patterns.begin(), layer.names.patterns.end());
  }
  for (auto& entry : patterns_) sort_unique(entry.second);
  sort_unique(all_patterns_);
}

std::map<std::size_t, std::vector<Range>> RegionIndex::find(const Layer& layer,
                                                            const std::vector<Range>& ranges) const {
  std::map<std::size_t, std::vector<Range>> found;
  for (const Range& range : ranges) {
    auto piece = std::partition_point(layer.pieces.begin(), layer.pieces.end(),
                                      [&](const Piece& at) { return at.range.last < range.first; });
    for (; piece != layer.pieces.end() && piece->range.first <= range.last; ++piece) {
      const Range part{std::max(piece->range.first, range.first), std::min(piece->range.last, range.last)};
      std::vector<Range>& parts = found[piece->region];
      if (!parts.empty() && successor(parts.back().last) == part.first)
        parts.back().last = part.last;
      else
        parts.push_back(part);
    }
  }
  return found;
}

/// What remains of `part`, a region for all infos, for clients whose ident says `info`: rules about that go first.
std::vector<RegionIndex::Part> RegionIndex::without_info_layers(Part part, const std::string& info) const {
  std::vector<Part> parts = {std::move(part)};
  for (const Layer& layer : layers_) {
    if (layer.info != info) continue;
    std::vector<Part> rest;
    for (Part& one : parts) {
      std::vector<Range> taken;
      for (const auto& entry : find(layer, one.ranges))
        taken.insert(taken.end(), entry.second.begin(), entry.second.end());
      const Names left = without(one.names, layer.names, patterns_.at(std::nullopt));
      if (taken.empty() || same_names(left, one.names)) {
        rest.push_back(std::move(one));
        continue;
      }
      std::vector<Range> outside = subtract(one.ranges, taken);
      if (!is_empty(left)) rest.push_back({one.region, subtract(one.ranges, outside), left});
      if (!outside.empty()) rest.push_back({one.region, std::move(outside), std::move(one.names)});
    }
    parts = std::move(rest);
  }
  return parts;
}

std::vector<DecidedRegion> RegionIndex::select(const ClientQuery& query,
                                               const std::function<bool(const Side&)>& wanted) const {
  std::vector<DecidedRegion> selected;
  for (const Layer& layer : layers_) {
    if (!is_about(query.info, layer.info)) continue;
    const Names names = clipped(layer.names, patterns_.at(layer.info), query.host);
    if (is_empty(names)) continue;
    for (auto& [region, ranges] : find(layer, query.addresses)) {
      if (!wanted(regions_[region].decision)) continue;
      Part part{region, std::move(ranges), names};
      std::vector<Part> parts;
      if (query.info.kind == InfoKind::text && !layer.info)
        parts = without_info_layers(std::move(part), query.info.text);
      else
        parts.push_back(std::move(part));
      for (const Part& one : parts) selected.push_back(region_of(one, query));
    }
  }
  std::stable_sort(selected.begin(), selected.end(), [](const DecidedRegion& a, const DecidedRegion& b) {
    return a.clients.ranges.front().first < b.clients.ranges.front().first;
  });
  return selected;
}

DecidedRegion RegionIndex::region_of(const Part& part, const ClientQuery& query) const {
  DecidedRegion region;
  region.decision = regions_[part.region].decision;
  region.rules = regions_[part.region].rules;
  ClientSet& clients = region.clients;
  for (const Range& range : part.ranges) clients.ranges.append(range);
  clients.addresses = count_addresses(clients.ranges);
  clients.names = part.names;
  clients.info =
      query.info.kind == InfoKind::text ? std::optional(query.info.text) : regions_[part.region].clients.info;
  clients.witness = {part.ranges.front().first, sample_host(part.names, query.host), clients.info};
  return region;
}

/// None where a client without a name will do.
std::optional<std::string> RegionIndex::sample_host(const Names& names, const HostQuery& host) const {
  if (names.any || names.without) return std::nullopt;
  for (const std::string& pattern : names.patterns)
    if (!is_suffix_pattern(pattern)) return std::string(name_of_pattern(pattern));
  std::string end;
  if (!names.others)
    end = names.patterns.front();
  else if (taken_by(all_patterns_, ".invalid").empty() && is_meant(host, ".invalid"))
    end = ".invalid";
  // a label without a dot: no longer suffix can take the name away, only the name itself
  std::string label = "host";
  while (contains(all_patterns_, label + end) || !is_meant(host, label + end)) label += 'x';
  return label + end;
}

void RegionIndex::confirm(std::span<const DecidedRegion> regions) const {
  std::vector<const Client*> witnesses;
  for (const DecidedRegion& region : regions) witnesses.push_back(&region.clients.witness);
  const std::vector<Decision> decisions = decide_all(policy_, witnesses, daemon_);
  for (std::size_t i = 0; i < regions.size(); ++i) require_rule(decisions[i], regions[i].decision.rule, *witnesses[i]);
}

}  // namespace core::analysis
