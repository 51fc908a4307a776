// Collecting clients into groups: see audit_groups.hpp.
#include "analysis/audit_groups.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/launch.hpp"
#include "base/place_index.hpp"
#include "model/key_index.hpp"

namespace core::analysis {
namespace {

template <typename T>
std::vector<T> each_once(std::vector<T> list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

/// Where the owner's own networks end.
class Boundary {
 public:
  explicit Boundary(const std::vector<Prefix>& local) {
    std::vector<Range> ranges;
    for (const Prefix& prefix : local) ranges.push_back(range_of(prefix));
    for (const Range& range : range_list_of(std::move(ranges))) inside_.push_back(range);
  }

  /// Calls visit(range, is_inside) for the pieces into which the boundary cuts `range`, in order.
  template <typename Visit>
  void cut(Range range, Visit&& visit) const {
    auto next = std::lower_bound(inside_.begin(), inside_.end(), range.first,
                                 [](const Range& inside, const Address& first) { return inside.last < first; });
    for (; next != inside_.end() && next->first <= range.last; ++next) {
      if (range.first < next->first) visit(Range{range.first, *predecessor(next->first)}, false);
      const Range inside{std::max(range.first, next->first), std::min(range.last, next->last)};
      visit(inside, true);
      if (inside.last == range.last) return;
      range.first = *successor(inside.last);
    }
    visit(range, false);
  }

 private:
  std::vector<Range> inside_;
};

/// An address to show: a public one that a host could have, where there is such.
Address typical_address(const Range& range) {
  if (const auto address = range.first.family == Family::ipv4 ? public_address_in(range) : std::nullopt)
    return *address;
  const bool could_be_network =
      range.first != range.last && range.first.bytes[range.first.family == Family::ipv4 ? 3 : 15] == 0;
  return could_be_network ? *successor(range.first) : range.first;
}

/// Collects the clients of each group.
class Gathering {
 public:
  Gathering(const Site& site, bool too_wide) : rules_(site.clients()), daemon_(site.daemon), too_wide_(too_wide) {
    if (!site.local) return;
    boundary_.emplace(*site.local);
    std::vector<Prefix> with_loopback = *site.local;
    for (const char* loopback : {"127.0.0.0/8", "::1/128"}) with_loopback.push_back(*parse_prefix(loopback));
    relay_boundary_.emplace(with_loopback);
  }

  /// What addresses decide.
  void add(const AddressCells<1>& cells, const Effects& effects) {
    for (std::size_t place = 0; place < partial_.size(); place += 2) partial_[place].lists.emplace_back();
    std::vector<Treatment> treatments;
    for (std::uint32_t i = 0; i < effects.count(); ++i)
      treatments.push_back({access_of(effects.effect(i)), effects.effect(i).relay, false, no_rule, {}, true, false});
    effects.for_each(cells.found, [&](std::size_t i, std::uint32_t effect) {
      Treatment& treatment = treatments[effect];
      treatment.rule = cells.found[i].front().rule;
      add(cells.ranges, i, treatment);
    });
  }

  /// What names or infos decide.
  void add(const NamedClients& named) {
    const DecidedRegion& region = named.region;
    const ClientSet& clients = region.clients;
    const Effect& effect = region.decision.effect;
    const bool can_be_ours = effect.relay && named.reach == Reach::named;
    const auto rule = static_cast<std::uint32_t>(region.decision.rule.value_or(no_rule));
    const Treatment treatment{access_of(effect), can_be_ours, true, rule, clients.witness, true, false};
    // what addresses of several regions say is not in order: each region has a list of its own
    for (const Origin origin : {Origin::ours, Origin::outside}) partial_of(origin, treatment).lists.emplace_back();
    for (std::size_t i = 0; i < clients.ranges.size(); ++i) add(clients.ranges, i, treatment);
    for (const Origin origin : {Origin::ours, Origin::outside}) {
      PartialGroup& partial = partial_of(origin, treatment);
      if (partial.lists.back().empty())
        partial.lists.pop_back();
      else
        add_names(partial, region);
    }
  }

  /// What tables of a server say together.
  void add(JudgedClients judged) {
    ClientProduct& product = judged.clients;
    const bool by_name = !product.is_by_address();
    const auto is_named = [&] {
      return reach_of({product.ranges, {}, product.names, {}, {}}, product.verified) == Reach::named;
    };
    const bool is_ours = judged.can_be_ours && (!by_name || is_named());
    const Treatment treatment{judged.access,    is_ours, by_name, no_rule, {{}, product.sample, std::nullopt},
                              product.verified, true};
    for (const Origin origin : {Origin::ours, Origin::outside}) partial_of(origin, treatment).lists.emplace_back();
    for (std::size_t i = 0; i < product.ranges.size(); ++i) add(product.ranges, i, treatment);
    for (const Origin origin : {Origin::ours, Origin::outside}) {
      PartialGroup& partial = partial_of(origin, treatment);
      if (partial.lists.back().empty()) {
        partial.lists.pop_back();
        continue;
      }
      if (by_name) add_names(partial, product.names);
      for (const Span& place : judged.places) add_place(partial, place);
    }
  }

  [[nodiscard]] std::vector<ClientGroup> groups() {
    std::vector<std::future<ClientGroup>> made;
    for (std::size_t place = 0; place < partial_.size(); ++place) {
      PartialGroup& partial = partial_[place];
      std::size_t size = 0;
      for (const RangeList& list : partial.lists) size += list.size();
      size += count_names(partial.name_lists);
      if (partial.has_witness)
        made.push_back(std::async(launch_for(size), [place, &partial] { return group_of(place, partial); }));
    }
    std::vector<ClientGroup> groups;
    for (std::future<ClientGroup>& group : made) groups.push_back(group.get());
    return groups;
  }

  /// Puts the witnesses of all groups to evaluate.
  void require_witnesses() const {
    std::vector<Witness> witnesses;
    for (const PartialGroup& partial : partial_)
      if (partial.has_witness)
        witnesses.push_back({&partial.witness, partial.witness_rule == no_rule
                                                   ? std::nullopt
                                                   : std::optional<std::size_t>(partial.witness_rule)});
    require_decisions(rules_, daemon_, witnesses);
  }

 private:
  struct PartialGroup {
    std::vector<RangeList> lists;  ///< each in order
    std::vector<Span> places;      ///< of what decides beside such rules
    std::vector<bool> decides;     ///< by rule, behind one for no rule: a list of a million would have to be sorted
    Names names;                   ///< without patterns
    /// Of the patterns; those of confirmed names and of others may be the same.
    std::vector<NameList> name_lists;
    std::vector<std::string> infos;
    Client witness;
    bool witness_verified = true;
    std::uint32_t witness_rule = no_rule;
    bool has_witness = false;
    bool has_public_witness = false;
  };

  static std::size_t place_of(Origin origin, ClientAccess access, bool by_name) {
    return (static_cast<std::size_t>(origin) * 3 + static_cast<std::size_t>(access)) * 2 + (by_name ? 1 : 0);
  }

  /// What all clients of a region have in common.
  struct Treatment {
    ClientAccess access;
    bool can_be_ours;
    bool by_name;
    std::uint32_t rule;
    Client witness;
    bool verified = true;
    bool has_places = false;  ///< what decides is no rule of the one table about clients
  };

  static ClientAccess access_of(const Effect& effect) {
    return effect.relay ? ClientAccess::relays : effect.allowed ? ClientAccess::let_in : ClientAccess::denied;
  }

  static std::size_t count_names(const std::vector<NameList>& lists) {
    std::size_t count = 0;
    for (const NameList& list : lists) count += list.size();
    return count;
  }

  /// Each once, in the order of the lists.
  static NameList joined(const std::vector<NameList>& lists) {
    if (lists.empty()) return {};
    if (lists.size() == 1) return lists.front();
    std::vector<std::string_view> names;
    PlaceIndex seen;
    const std::size_t count = count_names(lists);
    names.reserve(count);
    seen.reserve(count);
    for (const NameList& list : lists)
      for (const std::string_view name : list) {
        const auto is_same = [&](std::uint32_t other) { return names[other] == name; };
        const auto place = static_cast<std::uint32_t>(names.size());
        if (seen.find_or_add(PlaceIndex::hash_of(name), place, is_same) == PlaceIndex::nobody) names.push_back(name);
      }
    return NameList(std::move(names));
  }

  static ClientGroup group_of(std::size_t place, PartialGroup& partial) {
    ClientGroup group;
    group.origin = static_cast<Origin>(place / 6);
    group.access = static_cast<ClientAccess>(place / 2 % 3);
    group.by_name = place % 2 != 0;
    auto patterns = std::async(launch_for(count_names(partial.name_lists)), [&] { return joined(partial.name_lists); });
    group.ranges = united(std::move(partial.lists));
    group.networks = count_prefixes(group.ranges);
    group.addresses = count_addresses(group.ranges);
    for (const Span& written : partial.places) group.rules.push_back({std::nullopt, written});
    std::sort(group.rules.begin(), group.rules.end(),
              [](const Decider& a, const Decider& b) { return a.place.begin < b.place.begin; });
    if (!partial.decides.empty() && partial.decides.front()) group.rules.emplace_back();
    for (std::size_t i = 1; i < partial.decides.size(); ++i)
      if (partial.decides[i]) group.rules.push_back({i - 1, {}});
    group.names = std::move(partial.names);
    group.names.patterns = patterns.get();
    group.infos = each_once(std::move(partial.infos));
    group.witness = partial.witness;
    group.witness_verified = partial.witness_verified;
    return group;
  }

  /// Adds ranges[i]. Mostly all of it goes to one partial, and comes as one of a million.
  void add(const RangeList& ranges, std::size_t i, const Treatment& treatment) {
    if (boundary_ || (treatment.can_be_ours && !treatment.by_name && too_wide_))
      return add_pieces(ranges[i], treatment);
    PartialGroup& partial = partial_of(treatment.can_be_ours ? Origin::ours : Origin::outside, treatment);
    if (!partial.has_public_witness) offer_witness(partial, ranges[i], treatment);
    if (!treatment.by_name && !treatment.has_places) add_rule(partial, treatment.rule);
    partial.lists.back().append(ranges, i);
  }

  void add_pieces(const Range& range, const Treatment& treatment) {
    const auto add_piece = [&](const Range& piece, bool is_ours) {
      PartialGroup& partial = partial_of(is_ours ? Origin::ours : Origin::outside, treatment);
      if (!partial.has_public_witness) offer_witness(partial, piece, treatment);
      if (!treatment.by_name && !treatment.has_places) add_rule(partial, treatment.rule);
      partial.lists.back().append(piece);
    };
    if (boundary_)
      return (treatment.access == ClientAccess::relays ? *relay_boundary_ : *boundary_).cut(range, add_piece);
    // what is public cannot have been meant
    for (const Prefix& prefix : prefixes_of(range))
      add_piece(range_of(prefix), network_kind(prefix) != NetworkKind::public_internet);
  }

  PartialGroup& partial_of(Origin origin, const Treatment& treatment) {
    return partial_[place_of(origin, treatment.access, treatment.by_name)];
  }

  void add_rule(PartialGroup& partial, std::uint32_t rule) const {
    if (partial.decides.empty()) partial.decides.resize(rules_.rules.size() + 1);
    partial.decides[rule == no_rule ? 0 : rule + 1] = true;
  }

  void add_names(PartialGroup& partial, const DecidedRegion& region) const {
    for (const std::uint32_t rule : region.rules) add_rule(partial, rule);
    if (region.clients.info) return partial.infos.push_back(*region.clients.info);
    add_names(partial, region.clients.names);
  }

  static void add_place(PartialGroup& partial, const Span& place) {
    if (std::find(partial.places.begin(), partial.places.end(), place) == partial.places.end())
      partial.places.push_back(place);
  }

  static void add_names(PartialGroup& partial, const Names& names) {
    partial.names.others = partial.names.others || names.others;
    constexpr std::ptrdiff_t compared = 8;  // there may be a million lists of one
    auto& lists = partial.name_lists;
    const auto from = lists.end() - std::min(compared, std::ssize(lists));
    if (!names.patterns.empty() && std::find(from, lists.end(), names.patterns) == lists.end())
      lists.push_back(names.patterns);
  }

  /// Takes the first client, or the first that has a public address.
  static void offer_witness(PartialGroup& partial, const Range& range, const Treatment& treatment) {
    const bool is_public = range.first.family == Family::ipv4 && public_addresses_in(range) > 0;
    if (partial.has_witness && !is_public) return;
    partial.witness = treatment.witness;
    partial.witness.address = typical_address(range);
    partial.witness_verified = treatment.verified;
    partial.witness_rule = treatment.rule;
    partial.has_witness = true;
    partial.has_public_witness = is_public;
  }

  const Policy& rules_;
  std::string_view daemon_;
  bool too_wide_;
  std::optional<Boundary> boundary_;
  /// For clients that relay: the host itself is nobody else, and where it may not relay it is not missed.
  std::optional<Boundary> relay_boundary_;
  std::array<PartialGroup, 12> partial_;  ///< by place_of: the order of groups
};

}  // namespace

std::vector<ClientGroup> decided_groups(const Site& site, bool too_wide, const DecidedClients& clients) {
  Gathering gathering(site, too_wide);
  gathering.add(clients.addresses, clients.effects);
  for (const NamedClients& named : clients.named.get()) gathering.add(named);
  auto witnesses = std::async(launch_for(site.clients().rules.size()), [&] { gathering.require_witnesses(); });
  std::vector<ClientGroup> groups = gathering.groups();
  witnesses.get();
  return groups;
}

std::vector<ClientGroup> judged_groups(const Site& site, bool too_wide, std::vector<JudgedClients> judged) {
  Gathering gathering(site, too_wide);
  for (JudgedClients& each : judged) gathering.add(std::move(each));
  return gathering.groups();
}

}  // namespace core::analysis
