// Changes, and sets of clients, as text and as JSON: see changes.hpp.
#include "report/changes.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "report/clients.hpp"
#include "report/clients_json.hpp"

namespace core {
namespace {

using analysis::Change;
using analysis::ChangeKind;
using analysis::DecidedRegion;

constexpr std::string_view no_change = "the same decision for every client\n";

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

std::string format_region(const DecidedRegion& region, const NamedPolicy& named) {
  const auto& [clients, decision, rules] = region;
  std::string text = fmt::format("{}\n  {}\n", format_prefixes(clients.ranges), format_client_count(clients));
  text += fmt::format("  {}  by {}{}\n", format_effect(decision.effect), format_rule_place(named, decision),
                      rules.size() > 1 ? " and other rules" : "");
  return text + fmt::format("  for instance {}\n\n", format_client(clients.witness));
}

Json region_json(const DecidedRegion& region, const NamedPolicy& named) {
  Json json;
  add_clients(json, region.clients);
  json["decision"] = side_json(named, region.decision);
  json["other_rules"] = region.rules.size() > 1;
  json["witness"] = client_json(region.clients.witness);
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

void format_changes(const analysis::Changes& changes, const ChangeContext& context, const WriteText& write) {
  std::optional<ChangeKind> previous;
  changes.for_each([&](const Change& change) {
    if (previous != change.kind)
      write(fmt::format("{}{}: clients that {}\n", previous ? "\n" : "", analysis::change_kind_name(change.kind),
                        change_headline(change.kind)));
    write(format_change(change, context));
    previous = change.kind;
  });
  if (changes.empty()) write(no_change);
}

std::string format_change_summary(const analysis::Changes& changes) {
  std::map<ChangeKind, AddressCount> counts;
  changes.for_each([&](const Change& change) { counts[change.kind].add(change.clients.addresses); });
  std::string text;
  for (const auto& [kind, count] : counts)
    text += fmt::format("{:<14} {}\n", analysis::change_kind_name(kind), format_address_count(count));
  return text.empty() ? std::string(no_change) : text;
}

void format_changes_json(const analysis::Changes& changes, const ChangeContext& context, const WriteText& write) {
  write(fmt::format("{{\"same\":{},\"changes\":[", changes.empty()));
  const char* before = "";
  changes.for_each([&](const Change& change) {
    write(before + dump_json(change_json(change, context)));
    before = ",";
  });
  write("]}\n");
}

void format_decided(const analysis::Selection& regions, const NamedPolicy& named, const WriteText& write) {
  if (regions.empty()) return write("no such client\n");
  regions.for_each([&](const DecidedRegion& region) { write(format_region(region, named)); });
  write(fmt::format("{} {} of clients\n", regions.size(), regions.size() == 1 ? "set" : "sets"));
}

void format_decided_json(const analysis::Selection& regions, const NamedPolicy& named, const WriteText& write) {
  write(fmt::format("{{\"found\":{},\"regions\":[", regions.size()));
  const char* before = "";
  regions.for_each([&](const DecidedRegion& region) {
    write(before + dump_json(region_json(region, named)));
    before = ",";
  });
  write("]}\n");
}

}  // namespace core
