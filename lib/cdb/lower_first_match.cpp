// Lowering of a first-match policy to keys: see lower.hpp. The rules for one daemon become the fewest keys under which
// tcpserver decides every client as the first matching rule does, or there is a finding.
//
//   address rules --cut_space--> regions --settle_levels--> areas --choose_octet_keys--> address keys
//   name rules --choose_name_keys--> name keys
//
// tcpserver asks: full address, =host, address prefixes, =.suffixes, "=", the empty key. Where an address rule and a
// name rule disagree about a client that both match, the one that comes first in the file must be asked first: that is
// what an area's levels say. The empty key is fixed, because it answers IPv6 clients too: it is what clients of no rule
// get, and it is always written, for programs differ in what they do without it. Areas that fare like it may go without
// a key, but then every name is asked before them.
// Held equal to evaluate by tests/unit/lower_first_match_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/finding_kinds.hpp"
#include "cdb/lower.hpp"
#include "cdb/name_keys.hpp"
#include "cdb/octet_keys.hpp"
#include "cdb/value.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "model/matched.hpp"
#include "model/space.hpp"

namespace core::cdb {
namespace {

/// A region, with what decides there and how it may be found.
struct DecidedArea {
  Area area;
  RankedDecision by;
};

/// The name of a client that `key` decides for, and no longer one.
std::string sample_name(const NameKey& key, const std::vector<NameKey>& all) {
  if (key.is_exact()) return key.key.substr(1);
  const std::string behind = key.key.substr(1);
  const auto is_key = [&](const std::string& name) {
    return std::any_of(all.begin(), all.end(), [&](const NameKey& other) { return other.key == "=" + name; });
  };
  std::string name = "host" + behind;
  for (unsigned i = 1; is_key(name); ++i) name = fmt::format("host{}{}", i, behind);
  return name;
}

/// The pattern as people write it in rules: "10.1.", "host.example.com", ".example.com".
std::string plain_text(const ClientPattern& pattern) {
  const std::string text = format_pattern(pattern);
  return text.size() > 1 && text.front() == '=' ? text.substr(1) : text;
}

std::string any_or_text(const ClientPattern& pattern) {
  return std::holds_alternative<AnyClient>(pattern) ? "ALL" : plain_text(pattern);
}

class FirstMatchLowering {
 public:
  FirstMatchLowering(const Policy& policy, std::string_view daemon, RecordSink& sink, Findings& findings)
      : policy_(policy), daemon_(daemon), sink_(sink), findings_(findings) {}

  bool run() {
    if (!collect()) return false;
    cut_addresses();
    choose_names();
    settle_levels();
    std::vector<Area> areas;
    for (const DecidedArea& decided : areas_) append_area(areas, decided.area);
    const auto keys = choose_octet_keys(areas);
    if (!keys) return report_conflict();
    return write(*keys);
  }

 private:
  // ---- the rules that count --------------------------------------------------------------------------------

  /// Sorts the rules by what they are about, up to the first that is about everybody.
  bool collect() {
    rest_ = {static_cast<std::uint32_t>(policy_.rules.size()), 0};
    for (std::uint32_t i = 0; i < policy_.rules.size(); ++i) {
      const Rule rule = policy_.rules[i];
      if (daemon_.empty() && rule.daemons() != 0) return refuse_without_service(rule);
      if (!applies_to(policy_, rule, daemon_)) continue;
      if (!check_expressible(rule, i)) return false;
      const RankedDecision by{i, rule.outcome_index()};
      if (rule.is<AnyClient>()) {
        rest_ = by;
        return true;
      }
      collect_rule(rule, by);
    }
    return true;
  }

  void collect_rule(const Rule& rule, RankedDecision by) {
    if (rule.is<RawKey>()) return;
    if (ranges_of(rule.pattern()).empty()) return named_.push_back(by);
    for (const Range& range : matched(policy_, rule, matches_everybody)) claims_.push_back({range, by.rule});
  }

  bool check_expressible(const Rule& rule, std::uint32_t i) {
    if (rule.info() != 0) return refuse(rule, "a rule about a user name cannot be turned into keys");
    const auto ranges = ranges_of(rule.pattern());
    if (rule.exceptions() != 0 && (ranges.empty() || !has_address_exceptions(policy_, rule)))
      return refuse(rule, fmt::format("the exceptions of {} cannot be said in rules that are looked up by key: only "
                                      "addresses without addresses can",
                                      policy_.shown_pattern(i, quoted(any_or_text(rule.pattern())))));
    if (rule.is<NameClass>() || rule.is<TextPattern>() || rule.is<MaskedAddress>())
      return refuse(rule, fmt::format("a database has no key for {}", shown(i)));
    if (const auto options = policy_.options_of(rule); !options.empty())
      return refuse(rule, fmt::format("a database has no room for the option {}: it says who is let in, and with which "
                                      "variables",
                                      quoted(options.front().keyword)));
    for (const EnvEdit& edit : policy_.edits_of(rule))
      if (edit.expands)
        return refuse(rule, fmt::format("the value {} is only known when a client calls", quoted(edit.value())));
    if (!ranges.empty() && ranges.front().first.family == Family::ipv6)
      return refuse(rule, fmt::format("{} is about IPv6, and tcpserver's database has no keys for it", shown(i)));
    const auto host = rule.get_if<HostName>();
    if (host && (host->name.empty() || host->name.front() == '.'))
      return refuse(rule, fmt::format("{} is no name that a client could have", quoted(host->name)));
    return true;
  }

  /// What may be shown of a rule's pattern.
  std::string shown(std::uint32_t rule) const {
    return policy_.shown_pattern(rule, quoted(plain_text(policy_.rules[rule].pattern())));
  }

  bool refuse(const Rule& rule, std::string message) {
    findings_.add(portability::not_expressible, rule.pattern_span(), std::move(message));
    return false;
  }

  bool refuse_without_service(const Rule& rule) {
    const auto& names = policy_.daemons_of(rule).names;
    const std::string example = names.empty() ? "tcp-env" : names.front();
    const std::string about = names.empty() ? "some daemons only" : "the daemon " + quoted(example);
    findings_
        .add(portability::not_expressible, rule.span(),
             fmt::format("this rule is about {}, and a database holds the rules of one daemon", about))
        .with_help(fmt::format("choose one with --daemon, for instance '--daemon {}'", example));
    return false;
  }

  // ---- who decides where -----------------------------------------------------------------------------------

  void cut_addresses() {
    for (const Region& region : cut_space(Family::ipv4, claims_)) {
      const RankedDecision by =
          region.rank == no_rule ? rest_ : RankedDecision{region.rank, policy_.rules.outcome_index(region.rank)};
      areas_.push_back({{region.range.first.ipv4(), region.range.last.ipv4(), by.decision, 0}, by});
    }
  }

  void choose_names() {
    std::vector<RankedDecision> deciding;
    for (const DecidedArea& decided : areas_)
      if (decided.by.rule != rest_.rule) deciding.push_back(decided.by);
    names_ = choose_name_keys(policy_, named_, rest_, AddressRules(std::move(deciding)));
    for (const NameKey& key : names_) (key.is_exact() ? hosts_ : suffixes_).add(key);
  }

  /// An address key must lose to the names of rules before its own rule, and win over those of rules behind it.
  void settle_levels() {
    for (DecidedArea& decided : areas_) {
      const RankedDecision by = decided.by;
      const bool loses_to_host = hosts_.before(by) != nullptr;
      const bool loses_to_suffix = suffixes_.before(by) != nullptr;
      const bool beats_host = hosts_.behind(by) != nullptr;
      const bool beats_suffix = suffixes_.behind(by) != nullptr;
      unsigned levels = 0;
      if (!loses_to_host && !loses_to_suffix) levels |= by_full_address;
      if (!beats_host && !loses_to_suffix) levels |= by_prefix;
      if (!beats_host && !beats_suffix && by.decision == rest_.decision) levels |= by_no_key;
      decided.area.levels = static_cast<std::uint8_t>(levels);
    }
  }

  /// Neighbours that fare alike are one area, but for those whose size counts.
  static void append_area(std::vector<Area>& areas, const Area& area) {
    const bool alike = !areas.empty() && areas.back().decision == area.decision && areas.back().levels == area.levels;
    if (alike && area.levels != by_full_address)
      areas.back().last = area.last;
    else
      areas.push_back(area);
  }

  // ---- when it cannot be said ------------------------------------------------------------------------------

  /// A name key that stands in the way of an area, and how surely the order is lost to it: 0 is certain.
  struct Conflict {
    const DecidedArea* area = nullptr;
    const NameKey* name = nullptr;
    unsigned doubt = 0;
  };

  /// True when the rule that decides `decided` would be written with prefixes.
  bool is_by_prefixes(const DecidedArea& decided) const {
    if (decided.by.rule == rest_.rule) return true;
    const auto ranges = ranges_of(policy_.rules[decided.by.rule].pattern());
    return std::uint64_t{ranges.front().last.ipv4()} - ranges.front().first.ipv4() >= 255;
  }

  /// The name key that the keys of `decided` would come too early or too late for; none when there is none.
  Conflict find_conflict(const DecidedArea& decided) const {
    const std::uint8_t levels = decided.area.levels;
    const bool by_prefixes = is_by_prefixes(decided);
    const bool needs_key = (levels & by_no_key) == 0;
    const bool is_spelled_out = (levels & by_full_address) != 0 && decided.area.size() <= max_spelled_out;
    if (const NameKey* suffix = suffixes_.before(decided.by)) return {&decided, suffix, needs_key ? 0U : 2U};
    if (const NameKey* host = by_prefixes ? hosts_.behind(decided.by) : nullptr)
      return {&decided, host, needs_key && !is_spelled_out ? 0U : 2U};
    const NameKey* host = hosts_.before(decided.by);
    return {&decided, host, (levels == 0 ? 0U : by_prefixes ? 3U : 1U) + (needs_key ? 0U : 1U)};
  }

  /// Names the conflict that comes first in the file. What could also be written with other keys is only blamed when
  /// nothing else is.
  bool report_conflict() {
    Conflict blamed;
    for (const DecidedArea& decided : areas_) {
      const Conflict found = find_conflict(decided);
      if (found.name == nullptr || decided.by.rule == rest_.rule) continue;
      const bool is_better = blamed.area == nullptr ||
                             std::tie(found.doubt, decided.by.rule) < std::tie(blamed.doubt, blamed.area->by.rule);
      if (is_better) blamed = found;
    }
    if (blamed.area != nullptr) return report_conflict(*blamed.area, *blamed.name);
    return refuse(policy_.rules.front(), "the order of these rules cannot be kept by keys");
  }

  bool report_conflict(const DecidedArea& decided, const NameKey& name) {
    const Rule address_rule = policy_.rules[decided.by.rule];
    const Rule name_rule = policy_.rules[name.by.rule];
    const bool address_first = decided.by.rule < name.by.rule;
    const Rule first = address_first ? address_rule : name_rule;
    const Rule second = address_first ? name_rule : address_rule;
    const std::string reason = address_first     ? "a host name is looked up before address prefixes"
                               : name.is_exact() ? "a full address is looked up before host names"
                                                 : "addresses are looked up before domains";
    const Address client = Address::from_ipv4(decided.area.first);
    findings_
        .add(portability::order_not_expressible, first.pattern_span(),
             fmt::format("{} stands before {}, but in a database {}",
                         shown(address_first ? decided.by.rule : name.by.rule),
                         shown(address_first ? name.by.rule : decided.by.rule), reason))
        .with_help(fmt::format(
            "the client {} with the name {} gets '{}' from the first rule and would get '{}' from the second; "
            "make the two agree, or write the rules with addresses only",
            format_address(client), quoted(sample_name(name, names_)), effect_of(first), effect_of(second)))
        .with_related(second.pattern_span(), "this rule would win");
    return false;
  }

  std::string effect_of(const Rule& rule) const {
    std::string text(access_name(rule.access()));
    for (const EnvEdit& edit : policy_.edits_of(rule))
      text += " " + (edit.unset ? "no " + edit.assignment : edit.assignment);
    const std::string shown = quoted(text);
    return shown.substr(1, shown.size() - 2);
  }

  // ---- when it can -----------------------------------------------------------------------------------------

  /// The bytes of a record with this outcome.
  [[nodiscard]] std::string value_of(std::uint32_t outcome) const {
    const Outcome& what = policy_.outcomes()[outcome];
    return encode_value(what.access, policy_.edit_lists[what.edits]);
  }

  bool write(const std::vector<AddressKey>& keys) {
    std::string text;
    for (const AddressKey& key : keys) {
      text.clear();
      append_octet_key(text, key.prefix);
      if (!sink_.add(text, value_of(key.decision))) return false;
    }
    for (const NameKey& name : names_)
      if (!sink_.add(name.key, value_of(name.by.decision))) return false;
    return sink_.add("", value_of(rest_.decision));
  }

  const Policy& policy_;
  std::string_view daemon_;
  RecordSink& sink_;
  Findings& findings_;

  std::vector<RankedRange> claims_;
  std::vector<RankedDecision> named_;
  RankedDecision rest_;  ///< decides for clients of no other rule
  std::vector<DecidedArea> areas_;
  std::vector<NameKey> names_;
  NameOrder hosts_;
  NameOrder suffixes_;
};

}  // namespace

bool lower_first_match(const Policy& policy, std::string_view daemon, RecordSink& sink, Findings& findings) {
  return FirstMatchLowering(policy, daemon, sink, findings).run();
}

}  // namespace core::cdb
