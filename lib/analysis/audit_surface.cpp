// Listing what relays and what is open: see audit.hpp. What is asked is the registry of networks and the list of public
// suffixes; nothing here depends on who counts as ours.
#include "analysis/audit_cells.hpp"

#include <algorithm>

#include "base/cursor.hpp"
#include "model/domain_fault.hpp"
#include "model/mail_providers.hpp"
#include "model/public_suffixes.hpp"

namespace core::analysis {

bool become_too_many(PublicAddresses& addresses, const RangeList& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    addresses.add(ranges[i]);
    if (is_too_wide_to_own(addresses)) return true;
  }
  return false;
}

void add_nets(Surface& surface, std::span<const Prefix> prefixes) {
  for (const Prefix& prefix : prefixes) {
    surface.nets.push_back({prefix, network_kind(prefix)});
    surface.public_part.add(prefix);
  }
}

Reach reach_of(const ClientSet& clients, bool names_are_checked) {
  // who must have one of few addresses, too, is not trusted for his name
  if (PublicAddresses none; !become_too_many(none, clients.ranges)) return Reach::named;
  return reach_of(clients.names, names_are_checked);
}

Reach reach_of(const Names& names, bool names_are_checked) {
  // whatever the name, then: a matter of ident, which answers what the client's owner likes
  if (names.any || names.others) return Reach::anybody;
  // whoever rules his reverse DNS can call himself "localhost"; that it leads back to him only libwrap asks
  const bool is_word = std::any_of(names.patterns.begin(), names.patterns.end(), [](std::string_view pattern) {
    return !pattern.empty() && pattern.find('.') == std::string::npos;
  });
  if (is_word && !names_are_checked) return Reach::anybody;
  const bool open = std::any_of(names.patterns.begin(), names.patterns.end(), [](std::string_view pattern) {
    return pattern.starts_with('.') && anybody_registers_under(pattern.substr(1));
  });
  return open ? Reach::public_suffix : Reach::named;
}

Surface relay_surface(const AddressCells<1>& addresses, const Effects& effects) {
  Surface surface;
  std::vector<Prefix> prefixes;
  effects.for_each(addresses.found, [&](std::size_t i, std::uint32_t effect) {
    if (!effects.effect(effect).relay) return;
    prefixes.clear();
    append_prefixes(prefixes, addresses.ranges[i]);
    add_nets(surface, prefixes);
  });
  return surface;
}

void add_trusts(Surface& surface, const std::vector<NamedClients>& named) {
  for (const auto& [region, reach] : named)
    if (region.decision.effect.relay) surface.trusts.push_back({region.clients, {region.decision.rule, {}}, reach});
}

DestinationSurface destination_surface(const Site& site) {
  DestinationSurface found;
  found.known = site.known_destinations();
  found.domains = site.accepted().entries().size();
  std::set<std::string, std::less<>> open;
  for (std::size_t i = 0; i < site.accepted().entries().size(); ++i) {
    const Destination& entry = site.accepted().entries()[i];
    found.impossible += domain_fault(entry.name) ? 1 : 0;
    if (is_mail_provider(trimmed_right(entry.domain(), "."))) found.providers.push_back(i);
    // a dot alone is for every domain written with one at its end to qmail, and for nobody to others
    const bool is_for_nobody = entry.domain().empty() && !site.rests_on_one_policy();
    if (!entry.is_suffix() || is_for_nobody || !anybody_registers_under(entry.domain())) continue;
    found.open.push_back({i, is_tld(entry.domain())});
    open.emplace(trimmed_right(entry.domain(), "."));
  }
  if (!open.empty()) found.share = public_suffixes_under(open);
  for (std::size_t i = 0; i < site.qmail.percenthack.size(); ++i) {
    const std::string& domain = site.qmail.percenthack[i].name;
    // without a list nobody knows that it is not accepted
    const bool reached = site.known_destinations() != Destinations::listed || domain == site.qmail.default_host ||
                         site.accepted().accepts(domain);
    if (reached) found.rewritten.push_back(i);
  }
  return found;
}

}  // namespace core::analysis
