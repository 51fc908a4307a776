// An audit as JSON: see audit.hpp. Counts of addresses are text, because they do not fit into the numbers of most
// readers.
#include <fmt/format.h>

#include "report/audit.hpp"
#include "report/clients_json.hpp"

namespace core {
namespace analysis {

NLOHMANN_JSON_SERIALIZE_ENUM(CellOutcome, {{CellOutcome::accepted, "accepted"},
                                           {CellOutcome::in_part, "in part"},
                                           {CellOutcome::refused, "refused"},
                                           {CellOutcome::nobody, "nobody"}})
NLOHMANN_JSON_SERIALIZE_ENUM(ClientAccess, {{ClientAccess::denied, "deny"},
                                            {ClientAccess::let_in, "allow"},
                                            {ClientAccess::relays, "relay"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Reach, {{Reach::anybody, "anybody"},
                                     {Reach::public_suffix, "public-suffix"},
                                     {Reach::named, "named"}})

}  // namespace analysis

NLOHMANN_JSON_SERIALIZE_ENUM(Destinations, {{Destinations::listed, "listed"},
                                            {Destinations::absent, "absent"},
                                            {Destinations::unknown, "unknown"}})

namespace {

using namespace analysis;

Json rule_json(const NamedPolicy& rules, const Decider& decider) {
  return decider.rule || decider.place != Span() ? Json(format_decider(rules, decider)) : Json(nullptr);
}

Json group_json(const ClientGroup& group, const NamedPolicy& rules) {
  Json json;
  json["origin"] = group.origin == Origin::ours ? "ours" : "outside";
  json["decision"] = group.access;
  json["names"] = group.by_name ? names_json(group.names) : Json("any");
  json["infos"] = group.infos;
  json["prefixes"] = prefixes_json(group.ranges);
  json["addresses"] = group.addresses.text();
  json["rules"] = Json::array();
  for (const Decider& rule : group.rules) json["rules"].push_back(rule_json(rules, rule));
  json["witness"] = client_json(group.witness);
  return json;
}

Json cell_json(const Cell& cell) {
  Json json;
  json["outcome"] = cell.outcome;
  json["recipient"] = cell.recipient.empty() ? Json(nullptr) : Json(cell.recipient);
  json["clients"] = Json::array();
  for (const CellPart& part : cell.parts)
    json["clients"].push_back(
        {{"crowd", part.group}, {"accepted", part.accepted}, {"only_open_destinations", part.only_some_destinations}});
  json["unless"] = cell.unless;
  return json;
}

Json surface_json(const Audit& audit, const NamedPolicy& rules) {
  Json json;
  json["nets"] = Json::array();
  for (const SurfaceNet& net : audit.surface.nets)
    json["nets"].push_back({{"prefix", format_prefix(net.prefix)}, {"kind", network_kind_name(net.kind)}});
  json["public_ipv4"] = std::to_string(audit.surface.public_part.ipv4);
  json["public_ipv6"] = audit.surface.public_part.ipv6.text();
  json["trusts"] = Json::array();
  for (const Trust& trust : audit.surface.trusts) {
    Json entry;
    add_clients(entry, trust.clients);
    entry["reach"] = trust.reach;
    entry["rule"] = rule_json(rules, trust.rule);
    entry["witness"] = client_json(trust.clients.witness);
    json["trusts"].push_back(std::move(entry));
  }
  return json;
}

Json destinations_json(const Audit& audit, const AuditContext& context) {
  const DestinationSurface& found = audit.destinations;
  Json json;
  json["known"] = found.known;
  json["entries"] = found.domains;
  json["impossible"] = found.impossible;
  json["open"] = Json::array();
  for (const OpenSuffix& open : found.open) {
    const Destination& entry = context.site.accepted().entries()[open.entry];
    json["open"].push_back({{"entry", entry.name},
                            {"kind", open.is_tld ? "tld" : "public-suffix"},
                            {"place", place_json(context.rules.sources, entry.span)}});
  }
  json["providers"] = Json::array();
  for (const std::size_t index : found.providers)
    json["providers"].push_back(context.site.accepted().entries()[index].name);
  json["public_suffixes"] = {{"open", found.share.under}, {"known", found.share.known}};
  json["percenthack"] = Json::array();
  for (const std::size_t index : found.rewritten)
    json["percenthack"].push_back(context.site.qmail.percenthack[index].name);
  return json;
}

Json grants_json(const Audit& audit) {
  if (!audit.grants) return nullptr;
  Json list = Json::array();
  for (const auto& [grant, access] : *audit.grants)
    list.push_back({{"ip", format_address(grant.address)}, {"expired", grant.expired}, {"decision", access}});
  return list;
}

Json forms_json(const std::vector<FormRow>& rows) {
  Json list = Json::array();
  for (const FormRow& row : rows) {
    Json json{{"name", row.form.name}, {"recipient", row.form.path}};
    for (const MailServer reader : all_mail_servers) {
      const ReadRecipient& read = row.read[static_cast<std::size_t>(reader)];
      json["readers"][std::string(mail_server_name(reader))] = {{"outcome", form_outcome_name(read.outcome)},
                                                                {"address", read.address}};
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

std::string format_audit_json(const Audit& audit, const AuditContext& context, const std::vector<FormRow>* forms) {
  Json json;
  json["verdict"] = audit.is_open() ? "open relay" : "not an open relay";
  json["open"] = audit.is_open();
  json["reasons"] = Json::array();
  for (const Reason reason : audit.reasons) json["reasons"].push_back(reason_name(reason));
  json["rests_on_names"] = rests_on_names(audit, context.site);
  json["rests_on_destinations"] = rests_on_destinations(audit, context.site);
  const auto& [ours, outside] = audit.cells;
  json["matrix"] = {{"ours_to_ours", cell_json(ours[0])},
                    {"ours_to_outside", cell_json(ours[1])},
                    {"outside_to_ours", cell_json(outside[0])},
                    {"outside_to_outside", cell_json(outside[1])}};
  json["crowds"] = Json::array();
  for (const ClientGroup& group : audit.groups) json["crowds"].push_back(group_json(group, context.rules));
  json["surface"] = surface_json(audit, context.rules);
  json["destinations"] = destinations_json(audit, context);
  json["conditions"] = {{"auth", audit.auth}, {"grants", grants_json(audit)}, {"unless", audit.unless}};
  json["forms"] = forms == nullptr ? Json(nullptr) : forms_json(*forms);
  json["notes"] = context.site.notes;
  return format_json(json);
}

}  // namespace core
