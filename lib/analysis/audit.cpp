// The four-way table: see audit.hpp.
//
//   who decides, address by address and name by name --Boundary--> pieces, each ours or outside --> one group for each
//   kind --> cells
//
// What addresses decide comes in order, and by the million: nothing of it is sorted, or spelt out in prefixes.
#include "analysis/audit.hpp"

#include <algorithm>
#include <utility>

#include "model/domain_fault.hpp"
#include "model/key_index.hpp"

namespace core::analysis {
namespace {

/// The addresses of all lists. Merges neighbours until one is left.
RangeList united(std::vector<RangeList> lists) {
  while (lists.size() > 1) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < lists.size(); i += 2)
      lists[kept++] = i + 1 < lists.size() ? merged(lists[i], lists[i + 1]) : std::move(lists[i]);
    lists.resize(kept);
  }
  return lists.empty() ? RangeList() : std::move(lists.front());
}

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
      treatments.push_back({access_of(effects.effect(i)), effects.effect(i).relay, false, no_rule, {}});
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::uint32_t rule = cells.found[i][0].rule;
      Treatment& treatment = treatments[effects.number_of(rule)];
      treatment.rule = rule;
      add(cells.ranges, i, treatment);
    }
  }

  /// What names or infos decide.
  void add(const DecidedRegion& region) {
    const ClientSet& clients = region.clients;
    const Effect& effect = region.decision.effect;
    const bool can_be_ours = effect.relay && reach_of(clients, !rules_.is_by_key()) == Reach::named;
    const auto rule = static_cast<std::uint32_t>(region.decision.rule.value_or(no_rule));
    const Treatment treatment{access_of(effect), can_be_ours, true, rule, clients.witness};
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

  [[nodiscard]] std::vector<ClientGroup> groups() {
    std::vector<ClientGroup> groups;
    std::vector<std::optional<std::size_t>> deciding;
    for (std::size_t place = 0; place < partial_.size(); ++place) {
      PartialGroup& partial = partial_[place];
      if (!partial.has_witness) continue;
      deciding.push_back(partial.witness_rule == no_rule ? std::nullopt
                                                         : std::optional<std::size_t>(partial.witness_rule));
      groups.push_back(group_of(place, partial));
    }
    std::vector<Witness> witnesses;
    for (std::size_t i = 0; i < groups.size(); ++i) witnesses.push_back({&groups[i].witness, deciding[i]});
    require_decisions(rules_, daemon_, witnesses);
    return groups;
  }

 private:
  struct PartialGroup {
    std::vector<RangeList> lists;  ///< each in order
    std::vector<bool> decides;     ///< by rule, behind one for no rule: a list of a million would have to be sorted
    Names names;
    std::vector<std::string> infos;
    Client witness;
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
  };

  static ClientAccess access_of(const Effect& effect) {
    return effect.relay ? ClientAccess::relays : effect.allowed ? ClientAccess::let_in : ClientAccess::denied;
  }

  static ClientGroup group_of(std::size_t place, PartialGroup& partial) {
    ClientGroup group;
    group.origin = static_cast<Origin>(place / 6);
    group.access = static_cast<ClientAccess>(place / 2 % 3);
    group.by_name = place % 2 != 0;
    group.ranges = united(std::move(partial.lists));
    group.networks = count_prefixes(group.ranges);
    group.addresses = count_addresses(group.ranges);
    if (partial.decides.front()) group.rules.emplace_back();
    for (std::size_t i = 1; i < partial.decides.size(); ++i)
      if (partial.decides[i]) group.rules.emplace_back(i - 1);
    group.names = std::move(partial.names);
    group.infos = each_once(std::move(partial.infos));
    group.witness = std::move(partial.witness);
    return group;
  }

  /// Adds ranges[i]. Mostly all of it goes to one partial, and comes as one of a million.
  void add(const RangeList& ranges, std::size_t i, const Treatment& treatment) {
    if (boundary_ || (treatment.can_be_ours && !treatment.by_name && too_wide_))
      return add_pieces(ranges[i], treatment);
    PartialGroup& partial = partial_of(treatment.can_be_ours ? Origin::ours : Origin::outside, treatment);
    if (!partial.has_public_witness) offer_witness(partial, ranges[i], treatment);
    if (!treatment.by_name) add_rule(partial, treatment.rule);
    partial.lists.back().append(ranges, i);
  }

  void add_pieces(const Range& range, const Treatment& treatment) {
    const auto add_piece = [&](const Range& piece, bool is_ours) {
      PartialGroup& partial = partial_of(is_ours ? Origin::ours : Origin::outside, treatment);
      if (!partial.has_public_witness) offer_witness(partial, piece, treatment);
      if (!treatment.by_name) add_rule(partial, treatment.rule);
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
    const Names& names = region.clients.names;
    partial.names.others = partial.names.others || names.others;
    partial.names.patterns.insert(partial.names.patterns.end(), names.patterns.begin(), names.patterns.end());
  }

  /// Takes the first client, or the first that has a public address.
  static void offer_witness(PartialGroup& partial, const Range& range, const Treatment& treatment) {
    const bool is_public = range.first.family == Family::ipv4 && public_addresses_in(range) > 0;
    if (partial.has_witness && !is_public) return;
    partial.witness = treatment.witness;
    partial.witness.address = typical_address(range);
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

/// The destinations of a cell as they look to strangers.
struct Target {
  bool taken_from_strangers = false;
  bool only_some = false;
  std::string recipient;
};

Target our_domains(const Site& site, const DestinationSurface& found) {
  Target target{site.known_destinations() != Destinations::listed || found.impossible < found.domains, false, {}};
  if (!site.qmail.me.empty()) target.recipient = "user@" + site.qmail.me;
  // the list of the open ones is in order
  const auto is_open = [&](std::size_t entry) {
    const auto at = std::lower_bound(found.open.begin(), found.open.end(), entry,
                                     [](const OpenSuffix& open, std::size_t wanted) { return open.entry < wanted; });
    return at != found.open.end() && at->entry == entry;
  };
  std::size_t best = 0;
  for (std::size_t i = 0; i < site.accepted().entries().size() && best < 3; ++i) {
    const Destination& entry = site.accepted().entries()[i];
    if (found.impossible != 0 && domain_fault(entry.name)) continue;
    const bool is_provider = std::binary_search(found.providers.begin(), found.providers.end(), i);
    const std::size_t worth = is_open(i) || is_provider                            ? 1
                              : entry.domain().find('.') == std::string_view::npos ? 2
                                                                                   : 3;
    if (worth <= best) continue;
    best = worth;
    target.recipient = "user@" + (entry.is_suffix() ? "mail" + entry.name : entry.name);
  }
  return target;
}

Target the_outside(const Site& site, const DestinationSurface& found) {
  const std::string outside = outside_domain(site.accepted());
  if (site.known_destinations() == Destinations::absent) return {true, false, "user@" + outside};
  if (!found.open.empty())
    return {true, true, "user@anything" + site.accepted().entries()[found.open.front().entry].name};
  if (!found.rewritten.empty()) {
    // one that is not listed is reached without a domain: qmail-smtpd adds its own
    const std::string& domain = site.qmail.percenthack[found.rewritten.front()].name;
    return {true, true, "user%" + outside + (site.accepted().accepts(domain) ? "@" + domain : "")};
  }
  return {false, false, "user@" + outside};
}

Cell fill(const std::vector<ClientGroup>& groups, Origin origin, const Target& target) {
  Cell cell;
  cell.recipient = target.recipient;
  bool refused = false;
  bool accepted = false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].origin != origin) continue;
    const bool relays = groups[i].access == ClientAccess::relays;
    const bool is_accepted = relays || (groups[i].access == ClientAccess::let_in && target.taken_from_strangers);
    const bool only_some = is_accepted && !relays && target.only_some;
    cell.parts.push_back({i, is_accepted, only_some});
    accepted = accepted || is_accepted;
    refused = refused || !is_accepted || only_some;
  }
  if (accepted) cell.outcome = refused ? CellOutcome::in_part : CellOutcome::accepted;
  if (!accepted && refused) cell.outcome = CellOutcome::refused;
  return cell;
}

std::vector<Reason> reasons_of(const Audit& audit, const Site& site, bool too_wide) {
  std::vector<Reason> reasons;
  const auto has = [&](ClientAccess access, bool by_name) {
    return std::any_of(audit.groups.begin(), audit.groups.end(), [&](const ClientGroup& group) {
      return group.origin == Origin::outside && group.access == access && group.by_name == by_name;
    });
  };
  if (site.local && (has(ClientAccess::relays, false) || has(ClientAccess::relays, true)))
    reasons.push_back(Reason::not_local);
  if (!site.local && too_wide) reasons.push_back(Reason::too_wide);
  if (!site.local && has(ClientAccess::relays, true)) reasons.push_back(Reason::any_name);
  if (!has(ClientAccess::let_in, false) && !has(ClientAccess::let_in, true)) return reasons;
  if (site.known_destinations() == Destinations::absent) reasons.push_back(Reason::no_destinations);
  if (!audit.destinations.open.empty()) reasons.push_back(Reason::open_suffix);
  if (!audit.destinations.rewritten.empty()) reasons.push_back(Reason::percenthack);
  return reasons;
}

ClientAccess access_of(const Policy& policy, const Decision& decision) {
  const Outcome& outcome = outcome_of(policy, decision);
  if (outcome.relays()) return ClientAccess::relays;
  return outcome.allows() ? ClientAccess::let_in : ClientAccess::denied;
}

/// What the rules alone do with the clients that have a grant.
std::vector<GrantedClient> judged(const std::vector<Grant>& grants, const Policy& rules, std::string_view daemon) {
  std::vector<Client> clients;
  for (const Grant& grant : grants) clients.push_back({grant.address, std::nullopt, std::nullopt});
  std::vector<const Client*> asked;
  for (const Client& client : clients) asked.push_back(&client);
  const Evaluator evaluator(rules, daemon, asked);
  std::vector<GrantedClient> list;
  for (std::size_t i = 0; i < grants.size(); ++i)
    list.push_back({grants[i], access_of(rules, evaluator.decide(clients[i]))});
  return list;
}

}  // namespace

bool Audit::is_open() const {
  const CellOutcome outcome = cells[1][1].outcome;
  return outcome == CellOutcome::accepted || outcome == CellOutcome::in_part;
}

std::string outside_domain(const DestinationList& accepted) {
  std::string domain = "outside.example";
  while (accepted.accepts(domain)) domain = "x" + domain.substr(0, domain.rfind('.')) + ".invalid";
  return domain;
}

Audit audit(const Site& site) {
  const Policy& rules = site.clients();
  const Partition clients = partition(rules, site.daemon);
  const Effects effects(clients.policies);
  const std::vector<DecidedRegion> named = named_regions(clients);
  Audit result;
  result.surface = relay_surface(clients.addresses, effects, named, !rules.is_by_key());
  result.destinations = destination_surface(site);
  result.auth = site.asks(Subject::login);
  const bool too_wide = is_too_wide_to_own(result.surface.public_part);
  Gathering gathering(site, too_wide);
  gathering.add(clients.addresses, effects);
  for (const DecidedRegion& region : named) gathering.add(region);
  result.groups = gathering.groups();
  const Target ours = our_domains(site, result.destinations);
  const Target outside = the_outside(site, result.destinations);
  for (const Origin origin : {Origin::ours, Origin::outside})
    result.cells[static_cast<std::size_t>(origin)] = {fill(result.groups, origin, ours),
                                                      fill(result.groups, origin, outside)};
  result.reasons = reasons_of(result, site, too_wide);
  if (site.grants) result.grants = judged(*site.grants, rules, site.daemon);
  return result;
}

}  // namespace core::analysis
