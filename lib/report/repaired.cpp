// What repairs did: see repaired.hpp.
#include "report/repaired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/add_once.hpp"
#include "base/printable.hpp"
#include "lint/repair.hpp"
#include "report/changes.hpp"
#include "report/clients.hpp"

namespace core {
namespace {

/// How many lines, places or names are spelt out before "and 3 more".
constexpr std::size_t changes_shown = 4;

/// All changes of one kind.
struct Summary {
  std::vector<Range> ranges;               ///< where clients have it whatever their name is, or without one
  std::vector<analysis::ClientSet> named;  ///< the others
  std::set<std::optional<std::size_t>> rules;
};

bool is_by_name(const analysis::ClientSet& clients) {
  return !clients.names.any && !clients.names.without && !clients.names.others;
}

void add(Summary& summary, const analysis::Change& change) {
  summary.rules.insert(change.after.rule);
  if (is_by_name(change.clients))
    summary.named.push_back(change.clients);
  else
    for (const Range& range : change.clients.ranges) summary.ranges.push_back(range);
}

bool is_inside(const RangeList& outer, const Range& range) {
  const auto place = find(outer, range.first);
  return place && range.last <= outer[*place].last;
}

std::string format_clients(const Summary& summary) {
  // where names tell clients apart, several changes have the same addresses
  const RangeList ranges = range_list_of(summary.ranges);
  const AddressCount count = count_addresses(ranges);
  std::vector<std::string> names;
  for (const analysis::ClientSet& clients : summary.named) {
    const auto inside = [&](const Range& range) { return is_inside(ranges, range); };
    if (std::all_of(clients.ranges.begin(), clients.ranges.end(), inside)) continue;
    for (const std::string_view name : clients.names.patterns)
      add_once(names, fmt::format("{}{}", name.starts_with('.') ? "*" : "", name));
  }
  std::string text;
  if (!ranges.empty()) text = "clients at " + format_address_count(count);
  if (!names.empty())
    text += fmt::format("{}clients named {}", text.empty() ? "" : " and ", list_quoted(names, changes_shown));
  return text;
}

std::string format_places(const Summary& summary, const NamedPolicy& after) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& rule : summary.rules) {
    if (shown == changes_shown) return text + fmt::format(" and {} more", summary.rules.size() - shown);
    text += (shown++ == 0 ? "" : ", ") + format_rule_place(after, {{}, rule});
  }
  return text;
}

std::string format_policy_changes(const RepairedSite& site, std::string_view name) {
  const Policy& before = site.before.policies.front();
  const Policy& after = site.after.policies.front();
  const auto [obstacle, changes] = repair_changes(before, after, site.daemon);
  if (!obstacle.empty()) return fmt::format("{}: {}\n", name, obstacle);
  const NamedPolicy named{after, site.sources, name};
  std::map<analysis::ChangeKind, Summary> kinds;  // most dangerous first
  for (const analysis::Change& change : changes) add(kinds[change.kind], change);
  if (kinds.empty()) return fmt::format("{}: the decision is the same for every client\n", name);
  std::string text;
  for (const auto& [kind, summary] : kinds)
    text += fmt::format("{}: {} {} ({})\n", name, format_clients(summary), change_headline(kind),
                        format_places(summary, named));
  return text;
}

/// Entries that are there now; what is gone was no domain that any recipient has.
std::string format_destination_changes(const RepairedSite& site, std::string_view name) {
  std::set<std::string_view> known;
  for (const Destination& entry : site.before.destinations.front().entries()) known.insert(entry.name);
  std::vector<std::string> added;
  for (const Destination& entry : site.after.destinations.front().entries())
    if (known.insert(entry.name).second) added.push_back(printable(entry.name));
  if (added.empty()) return fmt::format("{}: mail is accepted for the same domains\n", name);
  return fmt::format("{}: mail is now accepted for {}\n", name, list_quoted(added, changes_shown));
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
  const std::size_t shown = std::min(repaired.held_back.size(), changes_shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const HeldBack& held = repaired.held_back[i];
    text += fmt::format("{}:{}: not repaired: {} would become {}\n", file, held.line, held.kind->name, held.then->name);
  }
  if (shown < repaired.held_back.size())
    text += fmt::format("{}: {} more are not repaired for such reasons\n", file, repaired.held_back.size() - shown);
  return text;
}

std::string format_repair_changes(const RepairedSite& site, std::string_view name) {
  const std::string file = printable(name);
  return site.before.policies.empty() ? format_destination_changes(site, file) : format_policy_changes(site, file);
}

}  // namespace core
