// Changes, and sets of clients, as text and as JSON: see changes.hpp.
#include "report/changes.hpp"

#include <fmt/format.h>

#include <map>

#include "report/clients.hpp"
#include "report/clients_json.hpp"

namespace core {
namespace {

using analysis::Change;
using analysis::ChangeKind;

std::string format_change(const Change& change, const ChangeContext& context) {
  std::string text = fmt::format("  {}\n", format_prefixes(change.clients.ranges));
  text += fmt::format("    {}\n", format_client_count(change.clients));
  if (!change.alike) text += "    not all in the same way; before and after are those of the instance below\n";
  text += fmt::format("    before  {:<30} {}\n", format_effect(change.before.effect),
                      format_rule_place(context.before, change.before));
  text += fmt::format("    after   {:<30} {}\n", format_effect(change.after.effect),
                      format_rule_place(context.after, change.after));
  text += fmt::format("    for instance {}\n", format_client(change.clients.witness));
  return text;
}

Json change_json(const Change& change, const ChangeContext& context) {
  Json json;
  json["kind"] = analysis::change_kind_name(change.kind);
  add_clients(json, change.clients);
  json["alike"] = change.alike;
  json["before"] = side_json(context.before, change.before);
  json["after"] = side_json(context.after, change.after);
  json["witness"] = client_json(change.clients.witness);
  return json;
}

}  // namespace

std::string_view change_headline(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::relay_gained: return "may now send to any domain";
    case ChangeKind::allow_gained: return "are now let in";
    case ChangeKind::denied: return "are now refused";
    case ChangeKind::relay_lost: return "may no longer send to any domain";
    case ChangeKind::environment: break;
  }
  return "get another environment";
}

std::string format_changes(const std::vector<Change>& changes, const ChangeContext& context) {
  std::string text;
  const Change* previous = nullptr;
  for (const Change& change : changes) {
    if (previous == nullptr || previous->kind != change.kind)
      text += fmt::format("{}{}: clients that {}\n", previous == nullptr ? "" : "\n",
                          analysis::change_kind_name(change.kind), change_headline(change.kind));
    text += format_change(change, context);
    previous = &change;
  }
  return text.empty() ? "the same decision for every client\n" : text;
}

std::string format_change_summary(const std::vector<Change>& changes) {
  std::map<ChangeKind, AddressCount> counts;
  for (const Change& change : changes) counts[change.kind].add(change.clients.addresses);
  std::string text;
  for (const auto& [kind, count] : counts)
    text += fmt::format("{:<14} {}\n", analysis::change_kind_name(kind), format_address_count(count));
  return text.empty() ? "the same decision for every client\n" : text;
}

std::string format_changes_json(const std::vector<Change>& changes, const ChangeContext& context) {
  Json json;
  json["same"] = changes.empty();
  json["changes"] = Json::array();
  for (const Change& change : changes) json["changes"].push_back(change_json(change, context));
  return format_json(json);
}

std::string format_decided(const std::vector<analysis::DecidedRegion>& regions, const NamedPolicy& named) {
  std::string text;
  for (const auto& [clients, decision, rules] : regions) {
    text += fmt::format("{}\n  {}\n", format_prefixes(clients.ranges), format_client_count(clients));
    text += fmt::format("  {}  by {}{}\n", format_effect(decision.effect), format_rule_place(named, decision),
                        rules.size() > 1 ? " and other rules" : "");
    text += fmt::format("  for instance {}\n\n", format_client(clients.witness));
  }
  if (regions.empty()) return "no such client\n";
  return text + fmt::format("{} {} of clients\n", regions.size(), regions.size() == 1 ? "set" : "sets");
}

std::string format_decided_json(const std::vector<analysis::DecidedRegion>& regions, const NamedPolicy& named) {
  Json json;
  json["found"] = regions.size();
  json["regions"] = Json::array();
  for (const auto& [clients, decision, rules] : regions) {
    Json region;
    add_clients(region, clients);
    region["decision"] = side_json(named, decision);
    region["other_rules"] = rules.size() > 1;
    region["witness"] = client_json(clients.witness);
    json["regions"].push_back(std::move(region));
  }
  return format_json(json);
}

}  // namespace core
