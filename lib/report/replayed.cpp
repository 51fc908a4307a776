// Replays as text and as JSON: see replayed.hpp.
#include "report/replayed.hpp"

#include <fmt/format.h>

#include "base/address_count.hpp"
#include "base/finding.hpp"
#include "lint/repair.hpp"
#include "report/changes.hpp"
#include "report/clients_json.hpp"
#include "report/format_shown.hpp"

namespace core {
namespace {

using analysis::ReplayChange;
using analysis::SeenClients;
using analysis::Visitor;

std::string format_visitor(const Visitor& visitor) {
  const analysis::Visits& visits = visitor.visits;
  std::string text = fmt::format("    {:<45} {}", format_client(visitor.client), plural(visits.count, "time"));
  if (visits.first.empty()) return text + "\n";
  if (visits.count == 1) return text + format_shown(", {}\n", visits.first);
  return text + format_shown(", first {}, last {}\n", visits.first, visits.last);
}

std::string format_change(const ReplayChange& change, const ReplayContext& context) {
  std::string text = fmt::format("  {}, {}\n", plural(change.visitors.size(), "client"), plural(change.count, "time"));
  text += fmt::format("  before  {:<30} {}\n", format_effect(change.before.effect),
                      format_rule_place(context.before, change.before));
  text += fmt::format("  after   {:<30} {}\n", format_effect(change.after.effect),
                      format_rule_place(context.after, change.after));
  std::size_t shown = 0;
  std::uint64_t times = 0;
  for (; shown < change.visitors.size() && shown < context.shown_at_most; ++shown) {
    text += format_visitor(change.visitors[shown]);
    times += change.visitors[shown].visits.count;
  }
  if (shown < change.visitors.size())
    text += fmt::format("    and {}, {}\n", plural(change.visitors.size() - shown, "more client"),
                        plural(change.count - times, "time"));
  return text;
}

std::string format_counts(const SeenClients& seen) {
  const std::uint64_t other = seen.lines() - seen.lines_with_client() - seen.lines_not_understood();
  std::string text = fmt::format("{} read: {} with a client, {} of them distinct", plural(seen.lines(), "line"),
                                 with_commas(seen.lines_with_client()), with_commas(seen.count()));
  if (other > 0) text += fmt::format("; {} about other things", with_commas(other));
  if (seen.lines_not_understood() > 0)
    text += fmt::format("; {} not understood", with_commas(seen.lines_not_understood()));
  text += '\n';
  for (const SeenClients::OddLine& line : seen.odd_lines())
    text += fmt::format("  line {}: {}\n", line.number, core::quoted(line.text));
  return text;
}

Json visitor_json(const Visitor& visitor) {
  Json json = client_json(visitor.client);
  json["count"] = visitor.visits.count;
  json["first"] = visitor.visits.first.empty() ? Json(nullptr) : Json(visitor.visits.first);
  json["last"] = visitor.visits.last.empty() ? Json(nullptr) : Json(visitor.visits.last);
  return json;
}

}  // namespace

std::string format_replay(const std::vector<ReplayChange>& changes, const ReplayContext& context) {
  std::string text;
  const ReplayChange* previous = nullptr;
  for (const ReplayChange& change : changes) {
    if (previous == nullptr || previous->kind != change.kind)
      text +=
          fmt::format("{}: clients that {}\n", analysis::change_kind_name(change.kind), change_headline(change.kind));
    text += format_change(change, context) + "\n";
    previous = &change;
  }
  if (changes.empty()) text = "the same decision for every client of the log\n";
  return text + format_counts(context.seen);
}

std::string format_replay_json(const std::vector<ReplayChange>& changes, const ReplayContext& context) {
  Json json;
  json["same"] = changes.empty();
  json["lines"] = {{"read", context.seen.lines()},
                   {"with_client", context.seen.lines_with_client()},
                   {"not_understood", context.seen.lines_not_understood()}};
  json["clients"] = context.seen.count();
  json["changes"] = Json::array();
  for (const ReplayChange& change : changes) {
    Json entry;
    entry["kind"] = analysis::change_kind_name(change.kind);
    entry["before"] = side_json(context.before, change.before);
    entry["after"] = side_json(context.after, change.after);
    entry["count"] = change.count;
    entry["clients"] = Json::array();
    for (const Visitor& visitor : change.visitors) entry["clients"].push_back(visitor_json(visitor));
    json["changes"].push_back(std::move(entry));
  }
  json["not_understood"] = Json::array();
  for (const SeenClients::OddLine& line : context.seen.odd_lines())
    json["not_understood"].push_back({{"line", line.number}, {"text", line.text}});
  return format_json(json);
}

}  // namespace core
