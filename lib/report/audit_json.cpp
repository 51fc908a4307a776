// An audit as JSON: see audit.hpp. Counts of addresses are text, because they do not fit into the numbers of most readers.
#include <fmt/format.h>

#include "report/audit.hpp"
#include "report/clients_json.hpp"

namespace core {
namespace {

using analysis::Audit;
using analysis::Cell;
using analysis::CellOutcome;
using analysis::Crowd;
using analysis::Reach;
using analysis::Standing;

std::string_view outcome_name(CellOutcome outcome) {
  switch (outcome) {
    case CellOutcome::nobody: return "nobody";
    case CellOutcome::refused: return "refused";
    case CellOutcome::in_part: return "in part";
    case CellOutcome::accepted: break;
  }
  return "accepted";
}

std::string_view standing_name(Standing standing) {
  switch (standing) {
    case Standing::relays: return "relay";
    case Standing::let_in: return "allow";
    case Standing::denied: break;
  }
  return "deny";
}

std::string_view reach_name(Reach reach) {
  switch (reach) {
    case Reach::named: return "named";
    case Reach::public_suffix: return "public-suffix";
    case Reach::anybody: break;
  }
  return "anybody";
}

std::string_view destinations_name(Destinations known) {
  switch (known) {
    case Destinations::unknown: return "unknown";
    case Destinations::absent: return "absent";
    case Destinations::listed: break;
  }
  return "listed";
}

Json rule_json(const NamedPolicy& rules, std::optional<std::size_t> rule) {
  return rule ? Json(format_rule_place(rules, {{}, rule})) : Json(nullptr);
}

Json crowd_json(const Crowd& crowd, const NamedPolicy& rules) {
  Json json;
  json["origin"] = crowd.origin == analysis::Origin::ours ? "ours" : "outside";
  json["decision"] = standing_name(crowd.standing);
  json["names"] = crowd.by_name ? names_json(crowd.names) : Json("any");
  json["infos"] = crowd.infos;
  json["prefixes"] = prefixes_json(crowd.ranges);
  json["addresses"] = crowd.addresses.text();
  json["rules"] = Json::array();
  for (const auto& rule : crowd.rules) json["rules"].push_back(rule_json(rules, rule));
  json["witness"] = client_json(crowd.witness);
  return json;
}

Json cell_json(const Cell& cell) {
  Json json;
  json["outcome"] = outcome_name(cell.outcome);
  json["recipient"] = cell.recipient.empty() ? Json(nullptr) : Json(cell.recipient);
  json["clients"] = Json::array();
  for (const analysis::CellPart& part : cell.parts)
    json["clients"].push_back(
        {{"crowd", part.crowd}, {"accepted", part.accepted}, {"only_open_destinations", part.only_some_destinations}});
  return json;
}

Json surface_json(const Audit& audit, const NamedPolicy& rules) {
  Json json;
  json["nets"] = Json::array();
  for (const analysis::SurfaceNet& net : audit.surface.nets)
    json["nets"].push_back({{"prefix", format_prefix(net.prefix)}, {"kind", network_kind_name(net.kind)}});
  json["public_ipv4"] = std::to_string(audit.surface.public_part.ipv4);
  json["public_ipv6"] = audit.surface.public_part.ipv6.text();
  json["trusts"] = Json::array();
  for (const analysis::Trust& trust : audit.surface.trusts) {
    Json entry;
    add_clients(entry, trust.clients);
    entry["reach"] = reach_name(trust.reach);
    entry["rule"] = rule_json(rules, trust.rule);
    entry["witness"] = client_json(trust.clients.witness);
    json["trusts"].push_back(std::move(entry));
  }
  return json;
}

Json destinations_json(const Audit& audit, const AuditContext& context) {
  const analysis::DestinationSurface& found = audit.destinations;
  Json json;
  json["known"] = destinations_name(found.known);
  json["entries"] = found.domains;
  json["open"] = Json::array();
  for (const analysis::OpenSuffix& open : found.open) {
    const Destination& entry = context.site.accepted().entries[open.entry];
    json["open"].push_back({{"entry", entry.name},
                            {"kind", open.is_tld ? "tld" : "public-suffix"},
                            {"place", place_json(context.rules.sources, entry.span)}});
  }
  json["public_suffixes"] = {{"open", found.share.under}, {"known", found.share.known}};
  json["percenthack"] = Json::array();
  for (const std::size_t index : found.rewritten)
    json["percenthack"].push_back(context.site.qmail.percenthack[index].name);
  return json;
}

Json grants_json(const Audit& audit) {
  if (!audit.grants) return nullptr;
  Json list = Json::array();
  for (const auto& [grant, standing] : *audit.grants)
    list.push_back(
        {{"ip", format_address(grant.address)}, {"expired", grant.expired}, {"decision", standing_name(standing)}});
  return list;
}

Json forms_json(const std::vector<analysis::FormRow>& rows) {
  Json list = Json::array();
  for (const analysis::FormRow& row : rows) {
    Json json{{"name", row.form.name}, {"recipient", row.form.path}};
    for (const analysis::Reader reader : analysis::all_readers) {
      const analysis::ReadRecipient& read = row.read[static_cast<std::size_t>(reader)];
      json["readers"][std::string(analysis::reader_name(reader))] = {
          {"outcome", analysis::form_outcome_name(read.outcome)}, {"address", read.address}};
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

std::string format_audit_json(const Audit& audit, const AuditContext& context,
                              const std::vector<analysis::FormRow>* forms) {
  Json json;
  json["verdict"] = audit.is_open() ? "open relay" : "not an open relay";
  json["open"] = audit.is_open();
  json["reasons"] = Json::array();
  for (const analysis::Doubt doubt : audit.doubts) json["reasons"].push_back(doubt_name(doubt));
  const auto& [ours, outside] = audit.cells;
  json["matrix"] = {{"ours_to_ours", cell_json(ours[0])},
                    {"ours_to_outside", cell_json(ours[1])},
                    {"outside_to_ours", cell_json(outside[0])},
                    {"outside_to_outside", cell_json(outside[1])}};
  json["crowds"] = Json::array();
  for (const Crowd& crowd : audit.crowds) json["crowds"].push_back(crowd_json(crowd, context.rules));
  json["surface"] = surface_json(audit, context.rules);
  json["destinations"] = destinations_json(audit, context);
  json["conditions"] = {{"auth", audit.auth}, {"grants", grants_json(audit)}};
  json["forms"] = forms == nullptr ? Json(nullptr) : forms_json(*forms);
  json["notes"] = context.site.notes;
  return format_json(json);
}

}  // namespace core
