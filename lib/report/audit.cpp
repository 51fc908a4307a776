// An audit in words: see audit.hpp. The table comes first, then the verdict with its reasons, then what each cell
// stands on; counts are exact, lists of prefixes, names and rules are cut where nobody would read on.
#include "report/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/add_once.hpp"
#include "base/finding.hpp"
#include "lint/repair.hpp"
#include "report/format_shown.hpp"

namespace core {
namespace {

using namespace analysis;

constexpr std::size_t shown_at_most = 8;
constexpr std::size_t rules_shown = 4;
constexpr std::size_t prefixes_in_table = 3;
constexpr std::size_t entries_shown = 24;

/// By Reason.
constexpr struct {
  std::string_view name;
  std::string_view text;
} reasons[] = {
    {"not-local", "clients may relay that --local does not name"},
    {"too-wide", "more public addresses may relay than one owner can have"},
    {"any-name", "clients may relay by a name that anybody can give himself"},
    {"no-destinations", "there is no rcpthosts: strangers may send to every domain"},
    {"open-suffix", "a suffix is listed under which anybody can register: strangers may send there"},
    {"percenthack", "percenthack has a domain that is accepted: strangers may send anywhere with user%other@domain"},
    {"sender-trust",
     "clients may relay that write one of our addresses behind MAIL FROM: anybody can write what he likes there"},
    {"users-outside", "a table about recipients names users without a domain: strangers may send to them everywhere"},
};

std::string format_by_name(const ClientGroup& group) {
  std::string text;
  ClientSet clients;
  clients.names = group.names;
  if (group.names.others || !group.names.patterns.empty()) text = format_names_and_info(clients);
  for (std::size_t i = 0; i < group.infos.size() && i < shown_at_most; ++i)
    text += fmt::format("{}ident says {}",
                        text.empty() ? "clients of whom "
                        : i == 0     ? "; "
                                     : " or ",
                        core::quoted(group.infos[i]));
  if (group.infos.size() > shown_at_most) text += fmt::format(" and {} more", group.infos.size() - shown_at_most);
  return text;
}

std::string table(const Audit& audit, const Site& site) {
  const auto& [ours, outside] = audit.cells;
  const bool open = audit.is_open();
  std::string text = fmt::format("{:17}{:<18} {}\n", "", "to our domains", "to the outside");
  // behind the last cell stand its conditions
  Cell doubtful;
  const auto word = [&](const Cell& cell) {
    for (const std::string& unless : cell.unless) add_once(doubtful.unless, unless);
    return std::string(cell_word(cell, false)) + (cell.unless.empty() ? "" : " *");
  };
  text += fmt::format("    {:<12} {:<18} {}{}\n", "our clients", word(ours[0]), word(ours[1]),
                      relaying_clients(audit, Origin::ours));
  const std::string behind = open                                         ? relaying_clients(audit, Origin::outside)
                             : outside[1].outcome == CellOutcome::refused ? conditions(audit)
                                                                          : "";
  text += fmt::format("    {:<12} {:<18} {}{}\n", "outside", word(outside[0]), cell_word(outside[1], open), behind);
  if (!doubtful.unless.empty()) text += fmt::format("    * {}, which nobody can tell here\n", doubt(doubtful));
  text += fmt::format("    verdict: {}{}\n", open ? "OPEN RELAY" : "not an open relay",
                      proviso(audit, site).empty() ? "" : ", " + proviso(audit, site));
  for (const Reason reason : audit.reasons) text += fmt::format("      {}\n", format_reason(reason));
  return text;
}

std::string what_happens(const Cell& cell, std::size_t group, std::string_view unknown_recipient) {
  const auto part =
      std::find_if(cell.parts.begin(), cell.parts.end(), [&](const CellPart& each) { return each.group == group; });
  return format_shown("to {}: {}", cell.recipient.empty() ? unknown_recipient : cell.recipient,
                      part->accepted ? "accepted" : "refused");
}

/// Each group of one row of the table, with the decision for one of its clients in both columns.
std::string evidence(const Audit& audit, const AuditContext& context, Origin origin) {
  const auto& [to_ours, to_outside] = audit.cells[static_cast<std::size_t>(origin)];
  std::string text = origin == Origin::ours ? "\nour clients\n" : "\noutside\n";
  if (to_ours.outcome == CellOutcome::nobody) return text + "  nobody\n";
  for (std::size_t i = 0; i < audit.groups.size(); ++i) {
    const ClientGroup& group = audit.groups[i];
    if (group.origin != origin) continue;
    text += fmt::format("  {}: {}\n", access_text(group.access), format_group(audit, group));
    text += fmt::format("    {}, by {}\n", format_addresses(group.ranges), format_rules(context.rules, group.rules));
    text += fmt::format("    {} {}; {}\n", format_client(group.witness), what_happens(to_ours, i, "one of our domains"),
                        what_happens(to_outside, i, "the outside"));
    Cell doubtful;
    for (const auto& list : audit.untold[static_cast<std::size_t>(group.access)])
      for (const std::string& unless : list) add_once(doubtful.unless, unless);
    if (!doubtful.unless.empty()) text += fmt::format("    {}, which nobody can tell here\n", doubt(doubtful));
  }
  return text;
}

/// In order; where not all can be shown, those that matter most come first.
std::vector<const SurfaceNet*> nets_to_show(const std::vector<SurfaceNet>& nets) {
  std::vector<const SurfaceNet*> shown;
  const bool are_all = nets.size() <= entries_shown;
  for (const bool is_public : {true, false})
    for (std::size_t i = 0; i < nets.size() && shown.size() < entries_shown; ++i)
      if (are_all ? is_public : (nets[i].kind == NetworkKind::public_internet) == is_public) shown.push_back(&nets[i]);
  return shown;
}

std::string surface(const Audit& audit, const AuditContext& context) {
  const Surface& found = audit.surface;
  std::string text = "\nrelay surface\n";
  for (const SurfaceNet* net : nets_to_show(found.nets))
    text += fmt::format("  {:<20} {}\n", format_prefix(net->prefix), network_kind_name(net->kind));
  if (found.nets.size() > entries_shown)
    text += fmt::format("  and {} more\n", with_commas(found.nets.size() - entries_shown));
  text += fmt::format("  public addresses: {} IPv4, {} IPv6\n", with_commas(found.public_part.ipv4),
                      found.public_part.ipv6.text_with_commas());
  for (std::size_t i = 0; i < found.trusts.size() && i < shown_at_most; ++i) {
    const Trust& trust = found.trusts[i];
    text += fmt::format("  {}{} ({})\n", format_names_and_info(trust.clients), reach_text(trust.reach),
                        format_decider(context.rules, trust.rule));
  }
  if (found.trusts.size() > shown_at_most)
    text += fmt::format("  and {} in names or ident\n", plural(found.trusts.size() - shown_at_most, "more trust"));
  if (found.trusts.empty()) text += "  nobody by name or ident\n";
  return text;
}

std::string providers(const DestinationSurface& found, const AuditContext& context) {
  std::string text;
  for (std::size_t i = 0; i < found.providers.size() && i < entries_shown; ++i) {
    const Destination& entry = context.site.accepted().entries()[found.providers[i]];
    text += format_shown("  {}{}: a mail provider's, open to everybody\n", entry.name,
                         entry_place(context.rules.sources, entry));
  }
  if (found.providers.size() > entries_shown)
    text += fmt::format("  and {} more\n", with_commas(found.providers.size() - entries_shown));
  return text;
}

std::string destinations(const Audit& audit, const AuditContext& context) {
  const DestinationSurface& found = audit.destinations;
  std::string text = "\ndestinations\n";
  if (found.known == Destinations::unknown && !context.site.rests_on_one_policy())
    text += "  no list of accepted domains was given: taken to have your own domains\n";
  else if (found.known == Destinations::unknown)
    text += "  no rcpthosts was given: taken to list your own domains. If the server has none, say --no-rcpthosts\n";
  if (found.known == Destinations::absent) text += "  there is no rcpthosts: every domain is accepted\n";
  if (found.known == Destinations::listed) text += fmt::format("  {}\n", format_listed(found));
  for (std::size_t i = 0; i < found.open.size() && i < entries_shown; ++i) {
    const Destination& entry = context.site.accepted().entries()[found.open[i].entry];
    text += format_shown("  {}{}: {}, open to everybody\n", entry.name, entry_place(context.rules.sources, entry),
                         found.open[i].is_tld ? "a top-level domain" : "a public suffix");
  }
  if (found.open.size() > entries_shown)
    text += fmt::format("  and {} more\n", with_commas(found.open.size() - entries_shown));
  if (!found.open.empty() && found.share.known != 0)
    text += fmt::format("  {} of {} public suffixes ({:.2f} %) can be sent to\n", with_commas(found.share.under),
                        with_commas(found.share.known),
                        100.0 * static_cast<double>(found.share.under) / static_cast<double>(found.share.known));
  text += providers(found, context);
  for (const std::size_t index : found.rewritten) {
    const Destination& entry = context.site.qmail.percenthack[index];
    text += format_shown("  {}{}: user%other@{} is sent to user@other\n", entry.name,
                         entry_place(context.rules.sources, entry), entry.name);
  }
  return text;
}

std::string granted(const Audit& audit) {
  if (!audit.grants) return {};
  std::string text = fmt::format("\ngrants: {}\n", audit.grants->size());
  for (std::size_t i = 0; i < audit.grants->size() && i < entries_shown; ++i) {
    const GrantedClient& granted = (*audit.grants)[i];
    text += fmt::format("  {:<20} {}\n", format_address(granted.grant.address), grant_text(granted));
  }
  if (audit.grants->size() > entries_shown)
    text += fmt::format("  and {} more\n", audit.grants->size() - entries_shown);
  return text;
}

}  // namespace

std::string format_addresses(const RangeList& ranges) {
  const AddressCount ipv4 = count_addresses(ranges, Family::ipv4);
  const AddressCount ipv6 = count_addresses(ranges, Family::ipv6);
  AddressCount missing;
  std::optional<Address> next = all_addresses(Family::ipv6).first;
  for (std::size_t i = ranges.ipv4_size(); i < ranges.size(); ++i) {
    const Range range = ranges[i];
    if (next && *next < range.first) missing.add(Range{*next, *predecessor(range.first)});
    next = successor(range.last);
  }
  const AddressCount none;
  if (ipv6 == none) return format_address_count(ipv4, "address");
  std::string second = format_address_count(ipv6, "IPv6 address");
  if (missing == none && !next) second = "all of IPv6";
  if (missing != none && !next && missing < ipv6) second = "all of IPv6 but " + format_address_count(missing);
  return ipv4 == none ? second : fmt::format("{} and {}", format_address_count(ipv4, "IPv4 address"), second);
}

std::string format_group(const Audit& audit, const ClientGroup& group) {
  if (group.by_name) return format_by_name(group);
  if (group.networks <= shown_at_most) return format_prefixes(group.ranges);
  RangeList others;
  bool biggest = true;
  bool few = true;
  for (const ClientGroup& other : audit.groups) {
    if (other.by_name || &other == &group) continue;
    biggest = biggest && other.addresses < group.addresses;
    few = few && count_prefixes(others) + other.networks <= shown_at_most;
    if (few) others = merged(others, other.ranges);
  }
  if (!biggest) return format_prefixes(group.ranges);
  return few ? "all but " + format_prefixes(others) : "everybody else";
}

std::string format_listed(const DestinationSurface& found) {
  std::string text = plural(found.domains - found.impossible, "listed domain");
  if (found.impossible != 0)
    text += fmt::format(
        ", and {} no domain that mail is sent to",
        found.impossible == 1 ? "1 entry that is" : fmt::format("{} entries that are", with_commas(found.impossible)));
  return text;
}

std::string format_decider(const NamedPolicy& rules, const Decider& decider) {
  if (decider.rule) return format_rule_place(rules, {{}, decider.rule});
  const std::string place = rules.sources.place(decider.place);
  return place.empty() ? "no rule" : printable(place);
}

/// The places of rules. Several may stand at one place: a line of hosts.allow is a rule for each of its patterns.
std::string format_rules(const NamedPolicy& rules, const std::vector<Decider>& decided_by) {
  std::string text;
  std::string previous;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < decided_by.size(); ++i) {
    if (shown == rules_shown) return text + " and " + plural(decided_by.size() - i, "more rule");
    const std::string place = format_decider(rules, decided_by[i]);
    if (place == previous) continue;
    text += (text.empty() ? "" : ", ") + place;
    previous = place;
    ++shown;
  }
  return text;
}

std::string_view cell_word(const Cell& cell, bool open) {
  switch (cell.outcome) {
    case CellOutcome::nobody: return "-";
    case CellOutcome::refused: return "REFUSED";
    case CellOutcome::in_part: return open ? "ACCEPTED IN PART" : "in part";
    case CellOutcome::accepted: break;
  }
  return open ? "ACCEPTED" : "accepted";
}

std::string doubt(const Cell& cell) {
  constexpr std::size_t most_shown = 4;
  std::string text;
  for (std::size_t i = 0; i < cell.unless.size() && i < most_shown; ++i)
    text += (text.empty() ? "unless " : " or ") + printable(cell.unless[i]);
  if (cell.unless.size() > most_shown) text += fmt::format(" or one of {} more", cell.unless.size() - most_shown);
  return text.empty() ? text : text + " says otherwise";
}

std::string relaying_clients(const Audit& audit, Origin origin) {
  std::string text;
  for (const ClientGroup& group : audit.groups) {
    if (group.origin != origin || group.access != ClientAccess::relays) continue;
    text += text.empty() ? "" : "; ";
    if (group.by_name)
      text += format_by_name(group);
    else if (group.networks <= prefixes_in_table)
      text += fmt::format("{}: {}", format_prefixes(group.ranges), format_addresses(group.ranges));
    else
      text += fmt::format("{}: {}", plural(group.networks, "network"), format_addresses(group.ranges));
  }
  return text.empty() ? text : " (" + text + ")";
}

std::string conditions(const Audit& audit) {
  std::string text;
  if (audit.auth) text = "after SMTP AUTH";
  if (audit.grants) {
    const auto valid = std::count_if(audit.grants->begin(), audit.grants->end(), [](const auto& granted) {
      return !granted.grant.expired && granted.access != ClientAccess::denied;
    });
    if (!text.empty()) text += ", and ";
    text += "for " + plural(static_cast<std::size_t>(valid), "client") + " with a grant";
  }
  for (const std::string& unless : audit.unless)
    text += (text.empty() ? "if " : ", and if ") + printable(unless) + " says so";
  return text.empty() ? text : " (accepted " + text + ")";
}

bool rests_on_names(const Audit& audit, const Site& site) {
  const auto& trusts = audit.surface.trusts;
  return !audit.is_open() && site.clients().is_by_key() &&
         std::any_of(trusts.begin(), trusts.end(), [](const analysis::Trust& trust) {
           return trust.reach == Reach::named && !trust.clients.names.patterns.empty();
         });
}

bool rests_on_destinations(const Audit& audit, const Site& site) {
  return !audit.is_open() && site.known_destinations() == Destinations::unknown &&
         std::any_of(audit.groups.begin(), audit.groups.end(),
                     [](const ClientGroup& group) { return group.access == ClientAccess::let_in; });
}

std::string proviso(const Audit& audit, const Site& site) {
  std::string text;
  if (rests_on_destinations(audit, site))
    text = fmt::format("as long as {} your own domains only",
                       site.rests_on_one_policy() ? "rcpthosts is there and lists" : "the accepted domains are");
  if (rests_on_names(audit, site)) {
    text += text.empty() ? "as long as " : ", and ";
    text += "nobody else gives his address such a name (reverse DNS is his; only tcpserver -p compares it)";
  }
  if (audit.is_open() || audit.unless.empty()) return text;
  if (!text.empty()) text += ", and ";
  return text +
         (audit.unless.size() == 1 ? "unless " + printable(audit.unless.front())
                                   : fmt::format("unless one of {}", plural(audit.unless.size(), "condition"))) +
         " permits it, which nobody can tell here";
}

bool trusts_blindly(const Audit& audit, const Site& site) {
  const PublicAddresses& found = audit.surface.public_part;
  return !site.local && !audit.is_open() &&
         (found.ipv4 != 0 || found.ipv6 != AddressCount() || !audit.surface.trusts.empty());
}

std::string_view access_text(ClientAccess access) {
  switch (access) {
    case ClientAccess::relays: return "may relay";
    case ClientAccess::let_in: return "let in";
    case ClientAccess::denied: break;
  }
  return "connection denied";
}

std::string_view reach_text(Reach reach) {
  switch (reach) {
    case Reach::named: return "";
    case Reach::public_suffix: return ": anybody can register such a name";
    case Reach::anybody: break;
  }
  return ": whoever has one";
}

std::string entry_place(const Sources& sources, const Destination& entry) {
  const std::string place = entry.span.size() == 0 ? std::string() : sources.place(entry.span);
  return place.empty() ? place : format_shown(" ({})", place);
}

std::string_view grant_text(const GrantedClient& granted) {
  if (granted.access == ClientAccess::denied) return "of no use: the rules deny the connection";
  if (granted.grant.expired) return "expired";
  return granted.access == ClientAccess::relays ? "may relay without it" : "may relay for a time";
}

std::string_view reason_name(Reason reason) { return reasons[static_cast<std::size_t>(reason)].name; }
std::string format_reason(Reason reason) { return std::string(reasons[static_cast<std::size_t>(reason)].text); }

std::string format_audit(const Audit& audit, const AuditContext& context) {
  std::string text = table(audit, context.site);
  if (trusts_blindly(audit, context.site))
    text += "    note: it is not checked that all who may relay are yours; --local NETS tells who is\n";
  for (const std::string& note : context.site.notes) text += format_shown("    note: {}\n", note);
  text += evidence(audit, context, Origin::ours) + evidence(audit, context, Origin::outside);
  return text + surface(audit, context) + destinations(audit, context) + granted(audit);
}

std::string format_forms(const std::vector<FormRow>& rows, const std::vector<MailServer>& readers) {
  std::size_t width = 0;
  for (const FormRow& row : rows) width = std::max(width, printable(row.form.path).size());
  std::string text =
      fmt::format("\nforms of recipients, from a client that may not relay, on paper\n  {:<{}}", "", width);
  for (const MailServer reader : readers) text += fmt::format("  {:<20}", mail_server_name(reader));
  text += '\n';
  for (const FormRow& row : rows) {
    text += fmt::format("  {:<{}}", printable(row.form.path), width);
    for (const MailServer reader : readers)
      text += fmt::format("  {:<20}", form_outcome_name(row.read[static_cast<std::size_t>(reader)].outcome));
    text += fmt::format("  {}\n", row.form.name);
  }
  return text;
}

}  // namespace core
