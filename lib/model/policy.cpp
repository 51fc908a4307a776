// The policy's tables and the few questions that need nothing else: see policy.hpp.
#include "model/policy.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace core {
namespace {

template <typename Entry, typename Value>
std::uint32_t add_entry(std::vector<Entry>& table, Value&& value) {
  table.emplace_back(std::forward<Value>(value));
  return static_cast<std::uint32_t>(table.size() - 1);
}

/// Adds all entries of `from` but its first, which is "nothing" in both; by how much their indices grow.
template <typename Entry>
std::uint32_t append_table(std::vector<Entry>& table, std::vector<Entry>&& from) {
  const auto shift = static_cast<std::uint32_t>(table.size() - 1);
  std::move(from.begin() + 1, from.end(), std::back_inserter(table));
  return shift;
}

}  // namespace

std::uint32_t Policy::add_edits(EnvEdits edits) { return add_entry(edit_lists, std::move(edits)); }
std::uint32_t Policy::add_daemons(DaemonList daemons) {
  for (std::optional<ClientPattern>& server : daemons.servers)
    if (server) server = rules.keep(*server);
  return add_entry(daemon_lists, std::move(daemons));
}
std::uint32_t Policy::add_exceptions(ExceptionList list) {
  for (ClientPattern& pattern : list.patterns) pattern = rules.keep(pattern);
  return add_entry(exception_lists, std::move(list));
}
std::uint32_t Policy::add_info(std::string info) { return add_entry(infos, std::move(info)); }

std::uint32_t Policy::add_outcome(Access access, Relay relay, std::uint32_t edits) {
  Outcome outcome{access, relay, access == Access::allow ? edits : 0, 0};
  // of several edits of one variable the last one counts
  const bool settled = all_remain(edit_lists[outcome.edits]);
  EnvEdits remain = settled ? EnvEdits{} : remaining(edit_lists[outcome.edits]);
  const EffectView effect{access, relay, settled ? &edit_lists[outcome.edits] : &remain};
  if (effect == EffectView{no_match().access, no_match().relay, &edit_lists.front()})
    return 0;  // as if no rule matched
  const auto next = static_cast<std::uint32_t>(outcomes().size());
  const std::uint32_t same =
      outcome_index_.find_or_add(PlaceIndex::hash_of(effect.hash()), next,
                                 [&](std::uint32_t place) { return effect == effect_of(outcomes()[place]); });
  if (same != PlaceIndex::nobody) return same;
  if (!settled) outcome.edits = add_edits(std::move(remain));
  return rules.add_outcome(outcome);
}

std::uint32_t Policy::add_outcome(const Outcome& outcome) {
  const auto [entry, is_new] = exact_outcome_index_.try_emplace(outcome, 0);
  if (is_new) entry->second = rules.add_outcome(outcome);
  return entry->second;
}

bool RuleOption::has_command_decide() const {
  if (keyword == "aclexec") return value != "/bin/true" && value != "/usr/bin/true";
  if (keyword != "twist") return false;
  std::string_view program = std::string_view(value).substr(0, value.find_first_of(" \t"));
  for (const std::string_view folder : {"/bin/", "/usr/bin/"})
    if (program.starts_with(folder)) program.remove_prefix(folder.size());
  static constexpr std::string_view talkers[] = {"cat", "echo", "false", "logger", "printf", "true"};
  const bool talks = std::find(std::begin(talkers), std::end(talkers), program) != std::end(talkers);
  // of a shell's line only the first word was looked at
  return !talks || value.find_first_of("|&;<>()$`\n") != std::string::npos;
}

std::span<const RuleOption> Policy::options_of(const Rule& rule) const {
  const auto starts_before = [](const RuleOption& option, std::uint32_t place) { return option.span.begin < place; };
  const auto first = std::lower_bound(options.begin(), options.end(), rule.span().begin, starts_before);
  return {first, std::lower_bound(first, options.end(), rule.span().end, starts_before)};
}

std::string Policy::shown_pattern(std::size_t rule, std::string text) const {
  const auto place = std::lower_bound(listed.begin(), listed.end(), rule,
                                      [](const ListedPattern& pattern, std::size_t i) { return pattern.rule < i; });
  if (place == listed.end() || place->rule != rule) return text;
  return "line " + std::to_string(place->line) + " of " + pattern_files[place->file];
}

void Policy::append(Policy&& other) {
  Rules::NewPlaces places;
  places.edits = append_table(edit_lists, std::move(other.edit_lists));
  places.infos = append_table(infos, std::move(other.infos));
  for (const Outcome& outcome : other.outcomes())
    places.outcomes.push_back(
        add_outcome(outcome.access, outcome.relay, outcome.edits == 0 ? 0 : outcome.edits + places.edits));
  rules.append(std::move(other.rules), places);
  complete = complete && other.complete;
  span.end = other.span.end;
}

void Policy::clear_rules() {
  rules.clear();
  edit_lists.resize(1);
  daemon_lists.resize(1);
  exception_lists.resize(1);
  infos.resize(1);
  options.clear();
  outcome_index_ = {};
  exact_outcome_index_.clear();
  pattern_files.clear();
  listed.clear();
}

}  // namespace core
