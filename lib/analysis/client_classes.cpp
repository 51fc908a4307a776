// Cutting clients by all tables at once: see client_classes.hpp.
#include "analysis/client_classes.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "analysis/client_signs.hpp"
#include "analysis/partition.hpp"
#include "base/add_once.hpp"
#include "base/large_memory.hpp"
#include "base/place_index.hpp"
#include "model/evaluate.hpp"
#include "model/matched.hpp"
#include "model/name_pattern.hpp"
#include "model/networks.hpp"

namespace core::analysis {
namespace {

/// A policy as some step asks it.
struct View {
  const Policy* policy;
  std::string_view daemon;
  Subject subject;

  friend bool operator==(const View&, const View&) = default;
};

/// A policy with exceptions: for every name its addresses are others.
NumberedCells cells_for_name(const View& view, const std::optional<std::string>& host) {
  Partition one;  // what NameCuts asks of one: whose addresses they are
  one.policies = {view.policy};
  one.daemon = view.daemon;
  const AddressCells<1> cells = NameCuts<1>(one, std::nullopt).cells_for(host);
  NumberedCells numbered{cells.ranges, {}};
  for (const auto& found : cells.found) numbered.numbers.push_back(outcome_of(*view.policy, found[0]));
  return numbered;
}

bool needs_confirmation(Subject subject) {
  return subject == Subject::client || subject == Subject::libwrap_client || subject == Subject::forged_name ||
         subject == Subject::nameless;
}

class ClassMaker {
 public:
  ClassMaker(std::span<const Site* const> sites, const ClientQuery& query) : query_(query) {
    for (const Site* site : sites) collect(*site);
    for (const View& view : views_)
      if (has_exceptions(*view.policy))
        products_.push_back(std::nullopt);
      else
        products_.emplace_back(SignedPolicy(*view.policy, view.daemon));
    make_names();
  }

  std::vector<ClientClass> make() {
    group_names();
    cross_addresses();
    for (std::uint32_t i = 0; i < groups_.size(); ++i) add_classes(i);
    return finished();
  }

 private:
  /// What a name is to all views, and whether it is one at all.
  struct NameKey {
    Signs signs;
    std::vector<std::optional<std::string>> with_exceptions;  ///< names that such policies are asked with
    int state = 0;

    friend auto operator<=>(const NameKey&, const NameKey&) = default;
  };
  struct NameGroup {
    NameKey key;
    std::vector<std::uint32_t> members;  ///< of names_
  };
  struct ClassKey {
    std::vector<std::uint32_t> outcomes;
    int state = 0;
    friend auto operator<=>(const ClassKey&, const ClassKey&) = default;
  };
  struct Product {
    std::uint32_t names;  ///< of groups_
    RangeList ranges;
  };

  void collect(const Site& site) {
    for (const Stage& stage : site.stages)
      for (const Step& step : stage.steps) {
        collect(site, step.subject, step.table);
        for (const Need& need : step.needs) collect(site, need.subject, need.table);
      }
  }

  void collect(const Site& site, Subject subject, const std::optional<std::size_t>& table) {
    asks_state_ =
        asks_state_ || subject == Subject::nameless || subject == Subject::forged_name || subject == Subject::unnamed;
    if (subject != Subject::client && subject != Subject::claimed_client && subject != Subject::libwrap_client) return;
    add_once(views_, View{&site.policies[*table], site.daemon, subject});
  }

  void make_names() {
    collect_patterns();
    const bool with_unconfirmed = asks_state_ || std::any_of(views_.begin(), views_.end(), [](const View& view) {
                                    return needs_confirmation(view.subject) && !name_patterns_of(*view.policy).empty();
                                  });
    const auto add = [&](NameKind kind, std::string_view pattern) {
      if (!is_meant(kind, pattern)) return;
      names_.push_back({pattern, kind, true});
      if (with_unconfirmed && kind != NameKind::without) names_.push_back({pattern, kind, false});
    };
    reserve_large(names_, 2 * (patterns_.size() + 2));
    add(NameKind::without, {});
    add(NameKind::others, {});
    for (const std::string_view pattern : patterns_) add(NameKind::pattern, pattern);
  }

  /// All that some table or the query is about, sorted, each once.
  void collect_patterns() {
    std::vector<std::string_view> unsorted;
    std::vector<std::vector<std::string_view>> lists;  // sorted
    for (std::size_t v = 0; v < views_.size(); ++v) {
      const Policy& policy = *views_[v].policy;
      if (products_[v]) {
        std::vector<std::string_view>& own = lists.emplace_back();
        for (const NameRegion& name : products_[v]->names()) own.push_back(name.pattern);
      }
      const bool are_all = products_[v] && !policy.is_by_key() && policy.daemon_lists.size() == 1;
      if (are_all) continue;
      const auto written = name_patterns_of(policy);
      unsorted.insert(unsorted.end(), written.begin(), written.end());
    }
    if (query_.host.kind == HostKind::pattern) unsorted.push_back(query_.host.pattern);
    for (const std::string& excluded : query_.host.excluded) unsorted.push_back(excluded);
    std::sort(unsorted.begin(), unsorted.end(), is_before_reversed);
    unsorted.erase(std::unique(unsorted.begin(), unsorted.end()), unsorted.end());
    lists.push_back(std::move(unsorted));
    // a long list goes through few joints that way
    std::sort(lists.begin(), lists.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (std::vector<std::string_view>& own : lists) join_patterns(std::move(own));
  }

  /// Of a short list and a long one only those of the long one are looked at that are near the places of the others.
  void join_patterns(std::vector<std::string_view> own) {
    const bool is_longer = own.size() > patterns_.size();
    const std::vector<std::string_view>& longer = is_longer ? own : patterns_;
    std::vector<std::string_view> both;
    both.reserve(patterns_.size() + own.size());
    auto at = longer.begin();
    for (const std::string_view pattern : is_longer ? patterns_ : own) {
      std::ptrdiff_t step = 1;
      while (step < longer.end() - at && is_before_reversed(at[step], pattern)) step *= 2;
      const auto end = at + std::min(step + 1, longer.end() - at);
      const auto next = std::lower_bound(at + step / 2, end, pattern, is_before_reversed);
      both.insert(both.end(), at, next);
      if (next == longer.end() || *next != pattern) both.push_back(pattern);
      at = next;
    }
    both.insert(both.end(), at, longer.end());
    patterns_ = std::move(both);
  }

  /// True when the query means clients with such names.
  [[nodiscard]] bool is_meant(NameKind kind, std::string_view pattern) const {
    const HostQuery& host = query_.host;
    if (kind == NameKind::pattern && is_excluded(host, pattern)) return false;
    switch (host.kind) {
      case HostKind::whatever: return true;
      case HostKind::none: return kind == NameKind::without;
      case HostKind::named: return kind != NameKind::without;
      case HostKind::pattern: break;
    }
    return kind == NameKind::pattern && covers_name(host.pattern, pattern);
  }

  [[nodiscard]] std::optional<std::string> sample_of(const NameClass& name) const {
    return SampleNames(patterns_, query_.host).sample(name.kind, name.pattern);
  }

  [[nodiscard]] std::optional<std::string> name_for(const View& view, const NameClass& name) const {
    if (name.verified || view.subject == Subject::claimed_client) return sample_of(name);
    return view.subject == Subject::client ? std::nullopt : std::optional(std::string(paranoid_host));
  }

  void group_names() {
    std::vector<NameSigns> signs;
    for (std::size_t v = 0; v < views_.size(); ++v)
      if (products_[v]) signs.emplace_back(*products_[v], views_[v].subject);
    // who looks at confirmed names alone sees all others alike
    const bool are_alike = std::none_of(views_.begin(), views_.end(),
                                        [](const View& view) { return view.subject == Subject::claimed_client; });
    std::optional<std::uint32_t> unconfirmed;
    PlaceIndex index;
    NameKey key;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      std::optional<std::uint32_t> group = are_alike && !names_[i].verified ? unconfirmed : std::nullopt;
      if (!group) {
        const std::uint64_t hash = make_key(key, names_[i], signs);
        const auto place = static_cast<std::uint32_t>(groups_.size());
        const auto is_same = [&](std::uint32_t other) { return groups_[other].key == key; };
        const std::uint32_t known = index.find_or_add(mixed(hash), place, is_same);
        if (known == PlaceIndex::nobody) groups_.push_back({key, {}});
        group = std::min(known, place);
        if (!names_[i].verified) unconfirmed = group;
      }
      groups_[*group].members.push_back(i);
    }
    std::sort(groups_.begin(), groups_.end(), [](const NameGroup& a, const NameGroup& b) { return a.key < b.key; });
  }

  /// Its hash.
  std::uint64_t make_key(NameKey& key, const NameClass& name, std::vector<NameSigns>& signs) const {
    key.signs.clear();
    key.with_exceptions.clear();
    key.state = 0;
    if (asks_state_) key.state = !name.has_name() ? 0 : name.verified ? 1 : 2;
    std::uint64_t hash = static_cast<std::uint64_t>(key.state);
    for (NameSigns& axis : signs) {
      key.signs.push_back(axis.of(name));
      hash = (hash * 1'000'003 + key.signs.back().place) * 1'000'003 + key.signs.back().outcome;
    }
    for (std::size_t v = 0; v < views_.size(); ++v)
      if (!products_[v]) key.with_exceptions.push_back(name_for(views_[v], name));
    for (const auto& host : key.with_exceptions) hash = hash * 31 + PlaceIndex::hash_of(host.value_or(""));
    return hash;
  }

  static std::uint32_t mixed(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash * 0x9e3779b97f4a7c15U >> 32);
  }

  /// The addresses as all policies without exceptions see them, numbered by the list of their signs.
  void cross_addresses() {
    address_signs_.of({});
    for (auto& product : products_) {
      if (!product) continue;
      Numbers<Sign> signs;
      const NumberedCells cells = product->take_cells(signs);
      NumberPairs pairs;
      Numbers<Signs> joined;
      const auto join = [&](std::uint32_t a, std::uint32_t b) {
        Signs list = address_signs_[a];
        list.push_back(signs[b]);
        return joined.of(list);
      };
      cells_ = crossed(cells_, cells,
                       [&](std::uint32_t a, std::uint32_t b) { return pairs.of(a, b, [&] { return join(a, b); }); });
      address_signs_ = std::move(joined);
    }
  }

  /// The addresses for clients with such names, numbered by classes.
  void add_classes(std::uint32_t group) {
    const NameKey& key = groups_[group].key;
    Numbers<std::vector<std::uint32_t>> decided;
    std::vector<std::uint32_t> of_number;
    for (std::uint32_t i = 0; i < address_signs_.size(); ++i) {
      std::vector<std::uint32_t> outcomes;
      for (std::size_t p = 0; p < key.signs.size(); ++p)
        outcomes.push_back(SignedPolicy::decided(key.signs[p], address_signs_[i][p]));
      of_number.push_back(decided.of(outcomes));
    }
    const bool are_products = key.with_exceptions.empty();
    NumberedCells cells{are_products ? RangeList() : cells_.ranges, {}};
    reserve_large(cells.numbers, cells_.numbers.size());
    for (const std::uint32_t number : cells_.numbers) cells.numbers.push_back(of_number[number]);
    std::size_t at = 0;
    for (std::size_t v = 0; v < views_.size(); ++v) {
      if (products_[v]) continue;
      Numbers<std::vector<std::uint32_t>> joined;
      cells =
          crossed(cells, cells_for_name(views_[v], key.with_exceptions[at++]), [&](std::uint32_t a, std::uint32_t b) {
            std::vector<std::uint32_t> list = decided[a];
            list.push_back(b);
            return joined.of(list);
          });
      decided = std::move(joined);
    }
    std::vector<std::size_t> sizes(decided.size());
    for (const std::uint32_t number : cells.numbers) ++sizes[number];
    std::vector<RangeList> ranges(decided.size());
    for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i].reserve_ipv4(sizes[i]);
    const RangeList& cut = are_products ? cells_.ranges : cells.ranges;
    for (std::size_t i = 0; i < cells.numbers.size(); ++i) ranges[cells.numbers[i]].append(cut, i);
    for (std::uint32_t i = 0; i < ranges.size(); ++i) {
      ranges[i] = meant(std::move(ranges[i]));
      if (!ranges[i].empty()) classes_[{decided[i], key.state}].push_back({group, std::move(ranges[i])});
    }
  }

  /// Those of the addresses that the query means.
  [[nodiscard]] RangeList meant(RangeList ranges) const {
    if (means_every_address_) return ranges;
    RangeList common;
    for (const Range& range : intersect({ranges.begin(), ranges.end()}, query_.addresses)) common.append(range);
    return common;
  }

  /// For each view first_but_for_replies, in the order of ClassKey::outcomes.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> outcomes_alike() const {
    std::vector<std::vector<std::uint32_t>> alike;
    for (const bool is_product : {true, false})
      for (std::size_t v = 0; v < views_.size(); ++v)
        if (products_[v].has_value() == is_product)
          alike.push_back(first_but_for_replies(views_[v].policy->outcomes()));
    return alike;
  }

  static ClassKey but_for_replies(ClassKey key, const std::vector<std::vector<std::uint32_t>>& alike) {
    for (std::size_t p = 0; p < alike.size(); ++p)
      if (key.outcomes[p] != 0) key.outcomes[p] = 1 + alike[p][key.outcomes[p] - 1];
    return key;
  }

  /// Products of one class with the same addresses are one.
  std::vector<ClientClass> finished() {
    const auto alike = outcomes_alike();
    std::map<ClassKey, std::size_t> kinds;
    std::vector<ClientClass> classes;
    for (auto& [key, products] : classes_) {
      std::map<RangeList, std::vector<std::uint32_t>> by_ranges;
      for (Product& product : products) by_ranges[std::move(product.ranges)].push_back(product.names);
      ClientClass& one = classes.emplace_back();
      one.kind = kinds.try_emplace(but_for_replies(key, alike), kinds.size()).first->second;
      for (const auto& [ranges, groups] : by_ranges) add_products(one, ranges, groups);
      choose_witness(one, by_ranges);
    }
    return classes;
  }

  void add_products(ClientClass& one, const RangeList& ranges, const std::vector<std::uint32_t>& groups) {
    std::size_t all = 0;
    for (const std::uint32_t group : groups) all += groups_[group].members.size();
    for (const bool verified : {true, false}) {
      const NamesOfGroups& names = names_of(groups, verified);
      if (!names.first) continue;
      one.products.push_back({ranges, names.names, verified, names.sample});
      one.products.back().names.any = all == names_.size() && verified && query_.host.kind == HostKind::whatever;
      if (all == names_.size()) return;  // whatever their name, confirmed or not
    }
  }

  /// The names of some groups, confirmed or not, made once.
  struct NamesOfGroups {
    Names names;
    std::optional<std::uint32_t> first;  ///< of names_; none: there are no such
    std::optional<std::string> sample;
  };
  const NamesOfGroups& names_of(const std::vector<std::uint32_t>& groups, bool verified) {
    const auto [made, is_new] = made_names_.try_emplace({groups, verified});
    NamesOfGroups& found = made->second;
    if (!is_new) return found;
    std::vector<std::string_view> patterns;
    for (const std::uint32_t group : groups)
      for (const std::uint32_t i : groups_[group].members) {
        const NameClass& name = names_[i];
        if (name.verified != verified) continue;
        if (!found.first || !name.has_name()) found.sample = sample_of(name);
        if (!found.first) found.first = i;
        if (name.kind == NameKind::without) found.names.without = true;
        if (name.kind == NameKind::others) found.names.others = true;
        if (name.kind == NameKind::pattern) patterns.push_back(name.pattern);
      }
    found.names.patterns = NameList(std::move(patterns));
    return found;
  }

  void choose_witness(ClientClass& one, const std::map<RangeList, std::vector<std::uint32_t>>& products) const {
    bool is_public = false;
    for (const auto& [ranges, groups] : products)
      for (const Range& range : ranges) {
        const auto address = range.first.family == Family::ipv4 ? public_address_in(range) : std::nullopt;
        const bool is_first = &ranges == &products.begin()->first && range == ranges.front();
        if (!is_first && (is_public || !address)) continue;
        const NameClass& name = names_[groups_[groups.front()].members.front()];
        one.witness = {address.value_or(range.first), sample_of(name), std::nullopt};
        one.verified = name.verified;
        is_public = address.has_value();
        if (is_public) return;
      }
  }

  std::vector<View> views_;
  std::vector<std::optional<SignedPolicy>> products_;  ///< by view; none: it has exceptions
  const ClientQuery& query_;
  const bool means_every_address_ = query_.addresses == every_address();
  bool asks_state_ = false;
  std::vector<std::string_view> patterns_;  ///< of names, sorted by is_before_reversed
  std::vector<NameClass> names_;
  std::vector<NameGroup> groups_;  ///< sorted
  NumberedCells cells_ = whole_space();
  Numbers<Signs> address_signs_;
  std::map<ClassKey, std::vector<Product>> classes_;
  std::map<std::pair<std::vector<std::uint32_t>, bool>, NamesOfGroups> made_names_;
};

}  // namespace

std::vector<ClientClass> client_classes(std::span<const Site* const> sites, const ClientQuery& query) {
  return ClassMaker(sites, query).make();
}

}  // namespace core::analysis
