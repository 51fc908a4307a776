// Changes, and sets of clients, as text and as JSON: see changes.hpp.
#include "report/changes.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <unordered_map>

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

/// Tells which lists need not be shown again. Thousands of infos may each have all addresses in common: each list that
/// is more than a line stands once, when those that came again have become too many.
class RepeatedLists {
 public:
  /// What the next change need not list.
  ListedBefore next(const analysis::ClientSet& clients) {
    const ListedBefore listed{
        before(ranges_, clients.shared_ranges, clients.shared_ranges == 0 ? 0 : clients.ranges.prefixes()),
        before(names_, clients.shared_names, clients.names.patterns.size())};
    ++change_;
    return listed;
  }

 private:
  /// The changes that showed a list first, by its number.
  using FirstShown = std::unordered_map<std::uint32_t, std::size_t>;

  std::optional<std::size_t> before(FirstShown& shown, std::uint32_t number, std::size_t size) {
    if (number == 0 || size <= line) return std::nullopt;
    const auto [entry, is_new] = shown.try_emplace(number, change_);
    if (is_new) return std::nullopt;
    if (repeated_ + size > analysis::affordable_listing) return entry->second;
    repeated_ += size;
    return std::nullopt;
  }

  static constexpr std::size_t line = 8;
  FirstShown ranges_;
  FirstShown names_;
  std::size_t change_ = 0;
  std::size_t repeated_ = 0;  // how much was listed again
};

/// A change, and what was listed before it.
struct ChangeToList {
  Change change;
  ListedBefore listed;
};

struct ChangesToList {
  const analysis::Changes& changes;

  void for_each(const std::function<void(ChangeToList)>& visit) const {
    RepeatedLists repeated;
    changes.for_each([&](Change change) {
      const ListedBefore listed = repeated.next(change.clients);
      visit({std::move(change), listed});
    });
  }
};

Json change_json(const ChangeToList& item, const ChangeContext& context) {
  const auto& [change, listed] = item;
  Json json;
  json["kind"] = analysis::change_kind_name(change.kind);
  add_clients(json, change.clients, listed);
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
  context.before.sources.count_lines();
  Batches<Listed<Change>> batches(
      [&](const Listed<Change>& change) { return change.text_before + format_change(change.item, context); }, write);
  std::optional<ChangeKind> previous;
  changes.for_each([&](Change change) {
    const ChangeKind kind = change.kind;
    std::string headline;
    if (previous != kind)
      headline = fmt::format("{}{}: clients that {}\n", previous ? "\n" : "", analysis::change_kind_name(kind),
                             change_headline(kind));
    previous = kind;
    batches.add({std::move(change), std::move(headline)});
  });
  batches.finish();
  if (changes.empty()) write(no_change);
}

std::string format_change_summary(const analysis::Changes& changes) {
  // sets that differ in their names may share addresses
  std::map<ChangeKind, std::vector<Range>> ranges;
  std::set<std::pair<ChangeKind, std::uint32_t>> counted;
  changes.for_each([&](const Change& change) {
    if (const auto shared = change.clients.shared_ranges; shared != 0 && !counted.emplace(change.kind, shared).second)
      return;
    for (std::size_t i = 0; i < change.clients.ranges.size(); ++i)
      ranges[change.kind].push_back(change.clients.ranges[i]);
  });
  std::string text;
  for (auto& [kind, all] : ranges)
    text += fmt::format("{:<14} {}\n", analysis::change_kind_name(kind),
                        format_address_count(count_addresses(range_list_of(std::move(all)))));
  return text.empty() ? std::string(no_change) : text;
}

void format_changes_json(const analysis::Changes& changes, const ChangeContext& context, const WriteText& write) {
  context.before.sources.count_lines();
  write(fmt::format("{{\"same\":{},\"changes\":[", changes.empty()));
  write_list<ChangeToList>(
      ChangesToList{changes}, [&](const ChangeToList& item) { return dump_json(change_json(item, context)); }, ",",
      write);
  write("]}\n");
}

void format_decided(const analysis::Selection& regions, const NamedPolicy& named, const WriteText& write) {
  if (regions.empty()) return write("no such client\n");
  named.sources.count_lines();
  write_list<DecidedRegion>(
      regions, [&](const DecidedRegion& region) { return format_region(region, named); }, "", write);
  write(fmt::format("{} {} of clients\n", regions.size(), regions.size() == 1 ? "set" : "sets"));
}

void format_decided_json(const analysis::Selection& regions, const NamedPolicy& named, const WriteText& write) {
  named.sources.count_lines();
  write(fmt::format("{{\"found\":{},\"regions\":[", regions.size()));
  write_list<DecidedRegion>(
      regions, [&](const DecidedRegion& region) { return dump_json(region_json(region, named)); }, ",", write);
  write("]}\n");
}

}  // namespace core
