// What repairs did: see repaired.hpp.
#include "report/repaired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "analysis/diff.hpp"
#include "lint/repair.hpp"
#include "model/axes.hpp"
#include "report/changes.hpp"
#include "report/clients.hpp"
#include "report/terminal.hpp"

namespace relayrules {
namespace {

/// How many lines, places or names are spelt out before "and 3 more".
constexpr std::size_t shown_at_most = 4;

/// All changes of one kind.
struct Summary {
  std::vector<Prefix> prefixes;  ///< of clients whatever their name is
  std::vector<std::string> names;
  std::vector<std::string> places;
};

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
}

void add(Summary& summary, const analysis::Change& change, const NamedPolicy& after) {
  const analysis::ClientSet& clients = change.clients;
  if (clients.names.any || clients.names.without || clients.names.others)
    summary.prefixes.insert(summary.prefixes.end(), clients.prefixes.begin(), clients.prefixes.end());
  else
    for (const std::string& pattern : clients.names.patterns) add_once(summary.names, pattern);
  add_once(summary.places, format_rule_place(after, change.after));
}

/// Prefixes of several changes may overlap, when names tell the clients apart: each address counts once.
AddressCount count_addresses(std::vector<Prefix> prefixes) {
  std::sort(prefixes.begin(), prefixes.end());  // a prefix stands before those inside it
  AddressCount count;
  const Prefix* last = nullptr;
  for (const Prefix& prefix : prefixes) {
    if (last != nullptr && last->covers(prefix)) continue;
    count.add(prefix);
    last = &prefix;
  }
  return count;
}

std::string format_clients(const Summary& summary) {
  std::string text;
  if (!summary.prefixes.empty()) {
    const AddressCount count = count_addresses(summary.prefixes);
    text = fmt::format("clients at {} address{}", count.text_with_commas(), count == AddressCount(1) ? "" : "es");
  }
  if (!summary.names.empty())
    text += fmt::format("{}clients named {}", text.empty() ? "" : ", and ", list_quoted(summary.names, shown_at_most));
  return text;
}

std::string format_places(const std::vector<std::string>& places) {
  std::string text;
  for (std::size_t i = 0; i < places.size() && i < shown_at_most; ++i) text += (i == 0 ? "" : ", ") + places[i];
  if (places.size() > shown_at_most) text += fmt::format(" and {} more", places.size() - shown_at_most);
  return text;
}

/// Why nothing can be said of what changed; empty when something can.
std::string_view obstacle(const Policy& before, const Policy& after, std::string_view service) {
  if (!before.complete) return "nothing can be compared, because the old rules had errors";
  if (!after.complete) return "nothing can be compared, because the rules still have errors";
  if (service.empty() && (before.service_lists.size() > 1 || after.service_lists.size() > 1))
    return "nothing is compared, because the rules are about several daemons; --daemon names one";
  if (!can_cut(before) || !can_cut(after))
    return "nothing can be compared, because such rules cannot be cut into clients";
  return {};
}

std::string format_policy_changes(const RepairedSite& site, std::string_view name) {
  const Policy& before = site.before.policies.front();
  const Policy& after = site.after.policies.front();
  if (const auto reason = obstacle(before, after, site.service); !reason.empty())
    return fmt::format("{}: {}\n", name, reason);
  const NamedPolicy named{after, site.sources, name};
  std::map<analysis::ChangeKind, Summary> kinds;  // most dangerous first
  for (const analysis::Change& change : analysis::diff(before, after, site.service))
    add(kinds[change.kind], change, named);
  if (kinds.empty()) return fmt::format("{}: the decision is the same for every client\n", name);
  std::string text;
  for (const auto& [kind, summary] : kinds)
    text += fmt::format("{}: {} {} ({})\n", name, format_clients(summary), change_headline(kind),
                        format_places(summary.places));
  return text;
}

/// Entries that are there now; what is gone was no domain that any recipient has.
std::string format_destination_changes(const RepairedSite& site, std::string_view name) {
  std::set<std::string_view> known;
  for (const Destination& entry : site.before.destinations.front().entries) known.insert(entry.name);
  std::vector<std::string> added;
  for (const Destination& entry : site.after.destinations.front().entries)
    if (known.insert(entry.name).second) added.push_back(printable(entry.name));
  if (added.empty()) return fmt::format("{}: mail is accepted for the same domains\n", name);
  return fmt::format("{}: mail is now accepted for {}\n", name, list_quoted(added, shown_at_most));
}

}  // namespace

std::string format_repairs(const RepairedText& repaired, std::string_view name, bool made) {
  std::size_t count = 0;
  std::string checks;
  for (const auto& [check, findings] : repaired.repaired) {
    count += findings;
    checks += fmt::format("{}{} {}", checks.empty() ? "" : ", ", findings, check);
  }
  const std::string file = printable(name);
  std::string text;
  const std::string findings = fmt::format("{} finding{}", count, count == 1 ? "" : "s");
  const std::string done = made ? "repaired " + findings : findings + " can be repaired";
  if (count > 0) text = fmt::format("{}: {}: {}\n", file, done, checks);
  const std::size_t shown = std::min(repaired.held_back.size(), shown_at_most);
  for (std::size_t i = 0; i < shown; ++i) {
    const HeldBack& held = repaired.held_back[i];
    text += fmt::format("{}:{}: {} is not repaired: that would make it {}\n", file, held.line, held.kind->name,
                        held.then->name);
  }
  if (shown < repaired.held_back.size())
    text += fmt::format("{}: {} more are not repaired for such reasons\n", file, repaired.held_back.size() - shown);
  return text;
}

std::string format_repair_changes(const RepairedSite& site, std::string_view name) {
  const std::string file = printable(name);
  return site.before.policies.empty() ? format_destination_changes(site, file) : format_policy_changes(site, file);
}

}  // namespace relayrules
