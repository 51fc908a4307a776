// The four-way table: see audit.hpp.
//
//   regions --Border--> pieces, each ours or outside --> Gathering: one heap of prefixes for each crowd --> crowds --> cells
//
// A piece is never smaller than a prefix of a region cut at the border of --local; there are as many as prefixes and borders.
#include "analysis/audit.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "analysis/audit_surface.hpp"
#include "analysis/oracle.hpp"

namespace relayrules::analysis {
namespace {

/// Sorts, drops what lies in others, and joins halves: the fewest prefixes.
void merge(std::vector<Prefix>& prefixes) {
  // mostly one region of many gaps, and behind it many regions in order
  const auto second = std::is_sorted_until(prefixes.begin(), prefixes.end());
  if (std::is_sorted(second, prefixes.end()))
    std::inplace_merge(prefixes.begin(), second, prefixes.end());
  else
    std::sort(prefixes.begin(), prefixes.end());
  std::size_t kept = 0;
  for (const Prefix& prefix : prefixes) {
    if (kept > 0 && prefixes[kept - 1].covers(prefix)) continue;
    prefixes[kept++] = prefix;
    while (kept > 1 && prefixes[kept - 1].bits == prefixes[kept - 2].bits) {
      const Prefix& last = prefixes[kept - 1];
      if (last.bits == 0 || !make_prefix(last.base, last.bits - 1U).covers(prefixes[kept - 2])) break;
      --kept;
      prefixes[kept - 1] = make_prefix(prefixes[kept - 1].base, prefixes[kept - 1].bits - 1U);
    }
  }
  prefixes.resize(kept);
}

template <typename T>
std::vector<T> each_once(std::vector<T> list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

/// Where the owner's own networks end.
class Border {
 public:
  explicit Border(std::vector<Prefix> local) {
    merge(local);
    for (const Prefix& prefix : local) inside_.push_back(range_of(prefix));
  }

  /// Calls visit(prefix, is_inside) for the pieces into which the border cuts `whole`, in order.
  template <typename Visit>
  void cut(const Prefix& whole, Visit&& visit) const {
    cut_range(range_of(whole), [&](const Range& range, bool is_inside) {
      if (range == range_of(whole)) return visit(whole, is_inside);
      for (const Prefix& piece : prefixes_of(range)) visit(piece, is_inside);
    });
  }

 private:
  template <typename Visit>
  void cut_range(Range range, Visit&& visit) const {
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

/// Collects the clients of each crowd.
class Gathering {
 public:
  Gathering(const Server& server, bool too_wide) : too_wide_(too_wide) {
    if (!server.local) return;
    border_.emplace(*server.local);
    std::vector<Prefix> with_loopback = *server.local;
    for (const char* loopback : {"127.0.0.0/8", "::1/128"}) with_loopback.push_back(*parse_prefix(loopback));
    relay_border_.emplace(with_loopback);
  }

  void add(const DecidedRegion& region) {
    const Effect& effect = region.decision.effect;
    const Standing standing = effect.relay ? Standing::relays : effect.allowed ? Standing::let_in : Standing::denied;
    const bool by_name = !is_by_address(region.clients);
    const bool can_be_ours = effect.relay && (!by_name || reach_of(region.clients) == Reach::named);
    bool named[2] = {};
    const auto add_piece = [&](const Prefix& piece, Origin origin) {
      Heap& heap = heaps_[{origin, standing, by_name}];
      add_prefix(heap, piece, region);
      if (by_name && !std::exchange(named[static_cast<std::size_t>(origin)], true)) add_names(heap, region.clients);
    };
    for (const Prefix& prefix : region.clients.prefixes) {
      if (!border_) {
        const bool ours = can_be_ours && (by_name || !is_too_wide(prefix));
        add_piece(prefix, ours ? Origin::ours : Origin::outside);
        continue;
      }
      (effect.relay ? relay_border_ : border_)->cut(prefix, [&](const Prefix& piece, bool inside) {
        add_piece(piece, inside ? Origin::ours : Origin::outside);
      });
    }
  }

  [[nodiscard]] std::vector<Crowd> crowds(const Policy& rules, std::string_view service) {
    std::vector<Crowd> crowds;
    std::vector<std::optional<std::size_t>> claimed;
    for (auto& [what, heap] : heaps_) {
      merge(heap.prefixes);
      claimed.push_back(heap.witness_rule);
      crowds.push_back(crowd_of(what, heap));
    }
    std::vector<const Client*> witnesses;
    for (const Crowd& crowd : crowds) witnesses.push_back(&crowd.witness);
    const std::vector<Decision> decisions = decide_all(rules, witnesses, service);
    for (std::size_t i = 0; i < crowds.size(); ++i) require_rule(decisions[i], claimed[i], *witnesses[i]);
    return crowds;
  }

 private:
  struct Heap {
    std::vector<Prefix> prefixes;
    std::vector<std::optional<std::size_t>> rules;
    Names names;
    std::vector<std::string> infos;
    Client witness;
    std::optional<std::size_t> witness_rule;
    bool has_public_witness = false;
  };

  using What = std::tuple<Origin, Standing, bool>;

  static Crowd crowd_of(const What& what, Heap& heap) {
    Crowd crowd;
    std::tie(crowd.origin, crowd.standing, crowd.by_name) = what;
    crowd.prefixes = std::move(heap.prefixes);
    for (const Prefix& prefix : crowd.prefixes) crowd.addresses.add(prefix);
    crowd.rules = each_once(std::move(heap.rules));
    crowd.names = std::move(heap.names);
    crowd.infos = each_once(std::move(heap.infos));
    crowd.witness = std::move(heap.witness);
    return crowd;
  }

  /// True for what cannot have been meant, where nobody says who is ours.
  bool is_too_wide(const Prefix& prefix) const {
    return too_wide_ && network_kind(prefix) == NetworkKind::public_internet;
  }

  static void add_names(Heap& heap, const ClientSet& clients) {
    if (clients.info) return heap.infos.push_back(*clients.info);
    heap.names.others = heap.names.others || clients.names.others;
    heap.names.patterns.insert(heap.names.patterns.end(), clients.names.patterns.begin(), clients.names.patterns.end());
  }

  static void add_prefix(Heap& heap, const Prefix& prefix, const DecidedRegion& region) {
    if (heap.prefixes.empty() || !heap.has_public_witness) {
      const Range range = range_of(prefix);
      const bool is_public = prefix.base.family == Family::ipv4 && public_addresses_in(range) > 0;
      if (heap.prefixes.empty() || is_public) {
        heap.witness = region.clients.witness;
        heap.witness.address = typical_address(range);
        heap.witness_rule = region.decision.rule;
        heap.has_public_witness = is_public;
      }
    }
    heap.prefixes.push_back(prefix);
    if (heap.rules.empty() || heap.rules.back() != region.decision.rule) heap.rules.push_back(region.decision.rule);
  }

  bool too_wide_;
  std::optional<Border> border_;
  /// For clients that relay: the host itself is nobody else, and where it may not relay it is not missed.
  std::optional<Border> relay_border_;
  std::map<What, Heap> heaps_;
};

/// The destinations of a cell as they look to strangers.
struct Target {
  bool taken_from_strangers = false;
  bool only_some = false;
  std::string recipient;
};

Target our_domains(const Server& server, const DestinationSurface& found) {
  Target target{server.destinations != Destinations::listed || !server.accepted.entries.empty(), false, {}};
  if (!server.me.empty()) target.recipient = "user@" + server.me;
  // the list of the open ones is in order
  const auto is_open = [&](std::size_t entry) {
    const auto at = std::lower_bound(found.open.begin(), found.open.end(), entry,
                                     [](const OpenSuffix& open, std::size_t wanted) { return open.entry < wanted; });
    return at != found.open.end() && at->entry == entry;
  };
  std::size_t best = 0;
  for (std::size_t i = 0; i < server.accepted.entries.size() && best < 2; ++i) {
    const Destination& entry = server.accepted.entries[i];
    const std::size_t worth = is_open(i) ? 0 : entry.domain().find('.') == std::string_view::npos ? 1 : 2;
    if (worth < best || (worth == best && i != 0)) continue;
    best = worth;
    target.recipient = "user@" + (entry.is_suffix() ? "mail" + entry.name : entry.name);
  }
  return target;
}

Target the_outside(const Server& server, const DestinationSurface& found) {
  const std::string outside = outside_domain(server.accepted);
  if (server.destinations == Destinations::absent) return {true, false, "user@" + outside};
  if (!found.open.empty())
    return {true, true, "user@anything" + server.accepted.entries[found.open.front().entry].name};
  if (!found.rewritten.empty())
    return {true, true, "user%" + outside + "@" + server.percenthack[found.rewritten.front()].name};
  return {false, false, "user@" + outside};
}

Cell fill(const std::vector<Crowd>& crowds, Origin origin, const Target& target) {
  Cell cell;
  cell.recipient = target.recipient;
  bool refused = false;
  bool accepted = false;
  for (std::size_t i = 0; i < crowds.size(); ++i) {
    if (crowds[i].origin != origin) continue;
    const bool relays = crowds[i].standing == Standing::relays;
    const bool is_accepted = relays || (crowds[i].standing == Standing::let_in && target.taken_from_strangers);
    const bool only_some = is_accepted && !relays && target.only_some;
    cell.parts.push_back({i, is_accepted, only_some});
    accepted = accepted || is_accepted;
    refused = refused || !is_accepted || only_some;
  }
  if (accepted) cell.outcome = refused ? Outcome::in_part : Outcome::accepted;
  if (!accepted && refused) cell.outcome = Outcome::refused;
  return cell;
}

std::vector<Doubt> doubts_of(const Audit& audit, const Server& server, bool too_wide) {
  std::vector<Doubt> doubts;
  const auto has = [&](Standing standing, bool by_name) {
    return std::any_of(audit.crowds.begin(), audit.crowds.end(), [&](const Crowd& crowd) {
      return crowd.origin == Origin::outside && crowd.standing == standing && crowd.by_name == by_name;
    });
  };
  if (server.local && (has(Standing::relays, false) || has(Standing::relays, true))) doubts.push_back(Doubt::not_local);
  if (!server.local && too_wide) doubts.push_back(Doubt::too_wide);
  if (!server.local && has(Standing::relays, true)) doubts.push_back(Doubt::any_name);
  if (!has(Standing::let_in, false) && !has(Standing::let_in, true)) return doubts;
  if (server.destinations == Destinations::absent) doubts.push_back(Doubt::no_destinations);
  if (!audit.destinations.open.empty()) doubts.push_back(Doubt::open_suffix);
  if (!audit.destinations.rewritten.empty()) doubts.push_back(Doubt::percenthack);
  return doubts;
}

Standing standing_of(const Policy& policy, const Decision& decision) {
  if (relays(policy, decision)) return Standing::relays;
  return permits(policy, decision) ? Standing::let_in : Standing::denied;
}

/// What the rules alone do with the clients that have a grant.
std::vector<GrantedClient> judged(const std::vector<Grant>& grants, const Policy& rules, std::string_view service) {
  std::vector<Client> clients;
  for (const Grant& grant : grants) clients.push_back({grant.address, std::nullopt, std::nullopt});
  std::vector<const Client*> asked;
  for (const Client& client : clients) asked.push_back(&client);
  const std::vector<Decision> decisions = decide_all(rules, asked, service);
  std::vector<GrantedClient> list;
  for (std::size_t i = 0; i < grants.size(); ++i) list.push_back({grants[i], standing_of(rules, decisions[i])});
  return list;
}

}  // namespace

bool Audit::is_open() const {
  const Outcome outcome = cells[1][1].outcome;
  return outcome == Outcome::accepted || outcome == Outcome::in_part;
}

std::string outside_domain(const DestinationList& accepted) {
  std::string domain = "outside.example";
  while (accepted.accepts(domain)) domain = "x" + domain.substr(0, domain.rfind('.')) + ".invalid";
  return domain;
}

Audit audit(const Policy& rules, const Server& server) {
  const std::vector<DecidedRegion> regions = decided_regions(rules, server.service);
  Audit result;
  result.surface = relay_surface(regions);
  result.destinations = destination_surface(server);
  result.auth = server.auth;
  const bool too_wide = is_too_wide_to_own(result.surface.public_part);
  Gathering gathering(server, too_wide);
  for (const DecidedRegion& region : regions) gathering.add(region);
  result.crowds = gathering.crowds(rules, server.service);
  const Target ours = our_domains(server, result.destinations);
  const Target outside = the_outside(server, result.destinations);
  for (const Origin origin : {Origin::ours, Origin::outside})
    result.cells[static_cast<std::size_t>(origin)] = {fill(result.crowds, origin, ours),
                                                      fill(result.crowds, origin, outside)};
  result.doubts = doubts_of(result, server, too_wide);
  if (server.grants) result.grants = judged(*server.grants, rules, server.service);
  return result;
}

}  // namespace relayrules::analysis
