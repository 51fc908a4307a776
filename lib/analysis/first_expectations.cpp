// Writing expectations from decided regions: see first_expectations.hpp.
//
// A line begins with all clients that a rule could be meant for. Those of whom it is not true are carved out again:
// addresses by 'except', names by 'host!='.
#include "analysis/first_expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/expectation_text.hpp"

namespace core::analysis {
namespace {

constexpr std::size_t lines_at_most = 30;
constexpr std::size_t words_at_most = 40;

/// What is said of a client, and how it is written.
struct Statement {
  Demand demand;
  std::string words;  ///< "relay"; for variables what stands behind the clients of an env line
  bool env = false;
};
const Statement relay{{{}, true, {}}, "relay"};
const Statement no_relay{{{}, false, {}}, "no-relay"};
const Statement allow{{true, {}, {}}, "allow"};
const Statement allow_only{{true, false, {}}, "allow no-relay"};
const Statement deny{{false, {}, {}}, "deny"};

/// All that one rule decides.
struct RuleShare {
  Side side;
  std::vector<Range> ranges;
};

std::string word_for(const Range& range) {
  const auto prefixes = prefixes_of(range);
  if (range.first == range.last) return format_address(range.first);
  if (prefixes.size() == 1) return format_prefix(prefixes.front());
  return format_address(range.first) + "-" + format_address(range.last);
}

std::string words_for(const std::vector<Range>& ranges) {
  std::string text;
  for (const Range& range : ranges) text += (text.empty() ? "" : " ") + word_for(range);
  return text;
}

/// "any except 10.0.0.0/8 host=none", or empty when that would be too long to read.
std::string words_for(const ClientQuery& query) {
  const auto others = subtract(every_address(), query.addresses);
  if (std::min(others.size(), query.addresses.size()) + query.host.excluded.size() > words_at_most) return {};
  std::string text = "any";
  if (!others.empty())
    text = others.size() < query.addresses.size() ? "any except " + words_for(others) : words_for(query.addresses);
  if (query.host.kind == HostKind::none) text += " host=none";
  if (query.host.kind == HostKind::named) text += " host=any";
  if (query.host.kind == HostKind::pattern) text += " host=" + query.host.pattern;
  for (const std::string& name : query.host.excluded) text += " host!=" + name;
  if (query.info.kind == InfoKind::text) text += " info=" + query.info.text;
  return text;
}

class Writer {
 public:
  explicit Writer(const Partition& partition) : partition_(partition), policy_(*partition.policies[0]) {
    for (const DecidedRegion& region : decided_regions(partition)) {
      const ClientSet& clients = region.clients;
      const bool nameless = clients.names.any || clients.names.without;
      if (nameless && !clients.info && most_ < clients.addresses) {
        most_ = clients.addresses;
        strangers_allowed_ = region.decision.effect.allowed;
      }
      if (!region.decision.rule) continue;
      RuleShare& share = shares_[*region.decision.rule];
      share.side = region.decision;
      for (const Range& range : clients.ranges) share.ranges.push_back(range);
    }
  }

  std::vector<FirstExpectations> run() {
    each_rule("may send to any domain", relay, [](const Effect& effect) { return effect.relay; });
    everybody_else("nobody else may", "nobody may send to any domain", no_relay);
    if (strangers_allowed_) {
      each_rule("are refused", deny, [](const Effect& effect) { return !effect.allowed; });
      everybody_else("everybody else may connect", "everybody may connect", allow);
    } else {
      each_rule("may connect, but not send to any domain", allow_only,
                [](const Effect& effect) { return effect.allowed && !effect.relay; });
      everybody_else("everybody else is refused", "everybody is refused", deny);
    }
    environment();
    return std::move(groups_);
  }

 private:
  template <typename Wanted>
  void each_rule(std::string title, const Statement& statement, Wanted wanted) {
    FirstExpectations group{std::move(title), {}, 0};
    for (const auto& [rule, share] : shares_)
      if (wanted(share.side.effect)) add_rule(group, rule, share, statement);
    keep(std::move(group));
  }

  void add_rule(FirstExpectations& group, std::size_t rule, const RuleShare& share, const Statement& statement) {
    // the last rule, for everybody that no other is about, has its line in everybody_else
    const bool is_last = policy_.rules[rule].is<AnyClient>();
    if (is_last && !statement.env && statement.demand.relay != true) return;
    const std::string text =
        group.lines.size() < lines_at_most ? line_for(query_of(rule, share), statement) : std::string();
    if (text.empty())
      ++group.left_out;
    else
      group.lines.push_back({text, rule});
  }

  void everybody_else(std::string title, std::string title_of_all, const Statement& statement) {
    ClientQuery query{every_address(), {}, {}};
    std::string text = line_for(query, statement);
    if (text.empty()) {
      query.host.kind = HostKind::none;  // where names are trusted, clients without one may still be told
      text = line_for(query, statement);
    }
    if (text == "any " + statement.words) title = std::move(title_of_all);
    if (!text.empty()) keep({std::move(title), {{std::move(text), std::nullopt}}, 0});
  }

  void environment() {
    FirstExpectations group{"run with these variables", {}, 0};
    for (const auto& [rule, share] : shares_) {
      const std::span<const EnvEdit> edits = share.side.effect.edits;
      const bool only_relay = edits.size() == 1 && edits.front().assignment == "RELAYCLIENT=";
      if (edits.empty() || only_relay) continue;
      Statement statement{{}, {}, true};
      for (const EnvEdit& edit : edits) add_variable(statement, edit);
      add_rule(group, rule, share, statement);
    }
    keep(std::move(group));
  }

  static void add_variable(Statement& statement, const EnvEdit& edit) {
    const std::string name(edit.name());
    if (edit.unset) {
      statement.words += " -" + name;
      statement.demand.variables.push_back({name, std::nullopt});
      return;
    }
    const char quote = edit.value().find('"') == std::string_view::npos ? '"' : '\'';
    statement.words += fmt::format(" {}={}{}{}", name, quote, edit.value(), quote);
    statement.demand.variables.push_back({name, std::string(edit.value())});
  }

  ClientQuery query_of(std::size_t index, const RuleShare& share) const {
    const Rule rule = policy_.rules[index];
    ClientQuery query{subtract(share.ranges, {}), {}, {}};
    if (rule.is<AnyNamedClient>()) query.host.kind = HostKind::named;
    const auto host = rule.get_if<HostName>();
    const auto end = rule.get_if<HostSuffix>();
    if (host || end) {
      query.host.kind = HostKind::pattern;
      query.host.pattern = host ? host->name : end->suffix;
    }
    if (const auto& info = policy_.info_of(rule)) query.info = {InfoKind::text, *info};
    return query;
  }

  /// The longest true line that `query` can be cut to; empty when there is none, or none that the grammar can say.
  std::string line_for(ClientQuery query, const Statement& statement) const {
    std::vector<Range> untrue;
    const auto fails = [&](const Side& side) { return !satisfies(side.effect, statement.demand); };
    for (const DecidedRegion& region : Selection(partition_, query, fails).unconfirmed()) {
      const Names& names = region.clients.names;
      const bool only_listed = !names.any && !names.without && !names.others;
      if (only_listed && query.host.kind != HostKind::none)
        query.host.excluded.insert(query.host.excluded.end(), names.patterns.begin(), names.patterns.end());
      else
        for (const Range& range : region.clients.ranges) untrue.push_back(range);
    }
    std::sort(query.host.excluded.begin(), query.host.excluded.end());
    query.host.excluded.erase(std::unique(query.host.excluded.begin(), query.host.excluded.end()),
                              query.host.excluded.end());
    query.addresses = subtract(query.addresses, untrue);
    if (query.addresses.empty() || is_nobody(query.host)) return {};
    const std::string clients = words_for(query);
    if (clients.empty()) return {};
    std::string text = statement.env ? fmt::format("env {}{}", clients, statement.words)
                                     : fmt::format("{} {}", clients, statement.words);
    return is_proved(text) ? text : std::string();
  }

  /// True when `text` is one expectation, and it holds.
  bool is_proved(const std::string& text) const {
    Findings findings;
    Sources sources;
    const Source* source = sources.add("", text);
    const ExpectationFile file = parse_expectations(*source, sources, findings);
    return file.complete && file.expectations.size() == 1 && file.expectations.front().reason.empty() &&
           prove(file.expectations.front(), &partition_, {}).holds;
  }

  void keep(FirstExpectations group) {
    if (!group.lines.empty() || group.left_out != 0) groups_.push_back(std::move(group));
  }

  const Partition& partition_;
  const Policy& policy_;
  std::map<std::size_t, RuleShare> shares_;  // in the order of the file
  AddressCount most_;
  bool strangers_allowed_ = true;
  std::vector<FirstExpectations> groups_;
};

/// An address at each domain that is listed, and one that nobody has.
FirstExpectations recipients(std::span<const DestinationList> lists) {
  FirstExpectations group{"is accepted from everybody, as a recipient", {}, 0};
  const auto add = [&](const std::string& address) {
    const bool accepted = accepts_recipient(lists, address);
    group.lines.push_back({fmt::format("rcpt={} {}", address, accepted ? "accepted" : "refused"), std::nullopt});
  };
  for (const DestinationList& list : lists) {
    for (const Destination& entry : list.entries()) {
      const std::string address = (entry.is_suffix() ? "postmaster@host" : "postmaster@") + entry.name;
      if (group.lines.size() >= lines_at_most || address.find_first_of(" \t\r") != std::string::npos)
        ++group.left_out;
      else
        add(address);
    }
  }
  add("postmaster@not-ours.invalid");
  return group;
}

}  // namespace

std::vector<FirstExpectations> first_expectations(const Partition* clients, std::span<const DestinationList> lists) {
  std::vector<FirstExpectations> groups;
  if (clients != nullptr) groups = Writer(*clients).run();
  if (!lists.empty()) groups.push_back(recipients(lists));
  return groups;
}

}  // namespace core::analysis
