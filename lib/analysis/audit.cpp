// The four-way table: see audit.hpp.
//
//   who decides, address by address and name by name --Boundary--> pieces, each ours or outside --> one group for each
//   kind --> cells
//
// What addresses decide comes in order, and by the million: nothing of it is sorted, or spelt out in prefixes.
#include "analysis/audit.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <utility>

#include "analysis/audit_cells.hpp"
#include "analysis/audit_groups.hpp"
#include "base/add_once.hpp"
#include "base/launch.hpp"
#include "model/domain_fault.hpp"
#include "model/key_index.hpp"

namespace core::analysis {
namespace {

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
  if (!audit.user_outside.empty()) reasons.push_back(Reason::users_outside);
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

std::vector<NamedClients> named_clients(const Partition& clients) {
  std::vector<NamedClients> named;
  for (DecidedRegion& region : named_regions(clients)) {
    const Reach reach =
        region.decision.effect.relay ? reach_of(region.clients, !clients.policies[0]->is_by_key()) : Reach::named;
    named.push_back({std::move(region), reach});
  }
  return named;
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

void fill_cells(Audit& audit, const Site& site, bool too_wide) {
  const Target ours = our_domains(site, audit.destinations);
  Target outside = the_outside(site, audit.destinations);
  if (!audit.user_outside.empty() && !outside.taken_from_strangers) outside = {true, true, audit.user_outside};
  for (const Origin origin : {Origin::ours, Origin::outside}) {
    auto& row = audit.cells[static_cast<std::size_t>(origin)];
    row = {fill(audit.groups, origin, ours), fill(audit.groups, origin, outside)};
    for (std::size_t target = 0; target < row.size(); ++target)
      for (const CellPart& part : row[target].parts)
        for (const std::string& unless :
             audit.untold[static_cast<std::size_t>(audit.groups[part.group].access)][target])
          add_once(row[target].unless, unless);
  }
  audit.reasons = reasons_of(audit, site, too_wide);
}

Audit audit(const Site& site) {
  if (!site.rests_on_one_policy()) return audit_server(site);
  const Policy& rules = site.clients();
  const Partition clients = partition(rules, site.daemon);
  // what names decide is looked at beside what addresses do
  const auto named = std::async(launch_for(rules.rules.size()), named_clients, std::cref(clients)).share();
  const Effects effects(clients.policies);
  Audit result;
  result.surface = relay_surface(clients.addresses, effects);
  result.destinations = destination_surface(site);
  result.auth = site.asks(Subject::login);
  const bool too_wide = is_too_wide_to_own(result.surface.public_part);
  result.groups = decided_groups(site, too_wide, {clients.addresses, effects, named});
  add_trusts(result.surface, named.get());
  fill_cells(result, site, too_wide);
  if (site.grants) result.grants = judged(*site.grants, rules, site.daemon);
  return result;
}

}  // namespace core::analysis
