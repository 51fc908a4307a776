// One walk over the rules for all checks: see facts.hpp.
#include "lint/facts.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/large_memory.hpp"
#include "model/key_scheme.hpp"

namespace core {
namespace {

/// True when DNS may not know such a name; checks then look at it closely.
bool is_odd_name(std::string_view text) {
  if (text.size() > 63) return true;
  char before = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80 || (c == '.' && before == '.')) return true;
    before = c;
  }
  return false;
}

struct Sorter {
  PolicyFacts& facts;
  std::uint32_t index;
  bool dead = false;

  void operator()(const AnyClient&) const { facts.catch_alls.push_back(index); }
  void operator()(const AnyNamedClient&) const { add_live_name(); }
  void operator()(const HostName&) { add_name(); }
  void operator()(const HostSuffix&) { add_name(); }
  void operator()(const Prefix& prefix) const {
    if (prefix.bits < 32) facts.nets.push_back(index);
    if (prefix.base.family == Family::ipv6) facts.ipv6_nets.push_back(index);
  }
  void operator()(const OctetRange& range) const {
    facts.ranges.push_back(index);
    if (range.count < 4) facts.nets.push_back(index);
  }
  void operator()(const Range&) const { facts.ranges.push_back(index); }
  void operator()(const NameClass&) const {}
  void operator()(const MaskedAddress&) const {}
  void operator()(const CidrNetwork& cidr) const {
    facts.nets.push_back(index);
    if (cidr.network.base.family == Family::ipv6) return facts.ipv6_nets.push_back(index);
    facts.found[static_cast<std::size_t>(DeadKey::cidr)].push_back(index);
  }
  void operator()(const TextPattern&) const {}
  void operator()(const RawKey& raw) {
    const bool by_key = facts.policy.is_by_key();
    if (by_key && !raw.is_range() && has_clients(*facts.policy.lookup.scheme, raw.text)) {
      facts.exact = false;
      return;
    }
    dead = true;
    // why a pattern of such a policy is dead was said when it was read
    if (!by_key) return;
    const std::string_view text = facts.pattern_text(facts.policy.rules[index]);
    add_dead(dead_key_reason(text.empty() ? raw.text : text, raw));
    if (raw.is_range()) facts.ranges.push_back(index);
  }

  void add_name() {
    // other formats write names without "=", and match them in their own way
    const std::string_view text = facts.pattern_text(facts.policy.rules[index]);
    if (facts.policy.is_by_key())
      if (const auto reason = dead_name_reason(text)) {
        if (*reason != DeadKey::mail_address) return add_dead(*reason);
        // a client may call itself so, if it likes
        facts.dead[static_cast<std::size_t>(*reason)].push_back(index);
      }
    if (is_odd_name(text)) facts.odd_names.push_back(index);
    add_live_name();
  }
  void add_live_name() const {
    facts.names.push_back(index);
    if (facts.policy.rules[index].access() == Access::allow) facts.allowed_names.push_back(index);
  }
  void add_dead(DeadKey reason) {
    dead = true;
    const bool found = is_found_by(facts.program, reason);
    if (found) facts.exact = false;
    (found ? facts.found : facts.dead)[static_cast<std::size_t>(reason)].push_back(index);
  }
};

bool has_relayclient_value(const EnvEdits& edits) {
  return std::any_of(edits.begin(), edits.end(),
                     [](const EnvEdit& edit) { return edit.name() == "RELAYCLIENT" && !edit.value().empty(); });
}

std::vector<std::string_view> distinct_names(const std::vector<EnvEdits>& lists) {
  constexpr std::size_t few = 8;
  std::vector<std::string_view> names;
  std::unordered_set<std::string_view> known;
  for (const EnvEdits& edits : lists) {
    for (const EnvEdit& edit : edits) {
      // nearly every file has few names, and comparing with these is faster than hashing
      const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(few, names.size()));
      if (std::find(names.begin(), end, edit.name()) == end && known.insert(edit.name()).second)
        names.push_back(edit.name());
    }
  }
  return names;
}

/// From the first to the last address, without a list of those between: most rules that are no single key are of this
/// kind.
Range hull_of(const OctetRange& range) {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const bool runs = i == range.varying;
    first = first << 8 | (runs ? range.low : i < range.count ? range.octets[i] : 0U);
    last = last << 8 | (runs ? range.high : i < range.count ? range.octets[i] : 255U);
  }
  return ipv4_range(first, last);
}

/// The programs differ in how they read rules that are asked by key; what other formats mean does not depend on them.
const ProgramFacts& reader_of(const Policy& policy, Program program) {
  if (!policy.is_by_key()) return facts_of(Program::any);
  const KeyScheme* keys = policy.lookup.scheme;
  // the text of tcprules has many readers, that of a dialect with keys of its own has one
  if (keys == nullptr || keys == &tcpserver_keys || facts_of(program).keys == keys) return facts_of(program);
  for (const ProgramFacts& facts : all_programs())
    if (facts.keys == keys) return facts;
  return facts_of(program);
}

}  // namespace

PolicyFacts::PolicyFacts(const Policy& of, const Sources& texts, const CheckContext& known)
    : policy(of),
      sources(texts),
      context(known),
      program(reader_of(of, known.program)),
      exact(of.complete && !program.first_rule_decides) {
  relayclient_has_value = std::any_of(policy.edit_lists.begin(), policy.edit_lists.end(), has_relayclient_value);
  variables = distinct_names(policy.edit_lists);
  is_dead.resize(policy.rules.size());
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) {
    const Rule rule = policy.rules[i];
    if (const std::uint64_t key = octet_key(i); key != 0) {  // most rules: spares their pattern
      if (prefix_of_octet_key(key).bits < 32) nets.push_back(i);
    } else {
      Sorter sorter{*this, i};
      std::visit(sorter, rule.pattern());
      is_dead[i] = sorter.dead;
      if (rule.info() != 0) with_info.push_back(i);
      if (sorter.dead) continue;
    }
    if (rule.edits() != 0 && rule.access() == Access::deny) denies_with_edits.push_back(i);
    if (relays_by(rule)) relays.push_back(i);
  }
}

std::optional<Range> PolicyFacts::addresses_of(std::size_t index) const {
  if (const std::uint64_t key = octet_key(index); key != 0) return range_of(prefix_of_octet_key(key));
  const ClientPattern pattern = policy.rules[index].pattern();
  if (const auto* octets = std::get_if<OctetRange>(&pattern)) return hull_of(*octets);
  const std::vector<Range> parts = ranges_of(pattern);
  return parts.empty() ? std::nullopt : std::optional(Range{parts.front().first, parts.back().last});
}

std::optional<Rule> PolicyFacts::catch_all() const {
  if (catch_alls.empty() || !policy.is_by_key()) return std::nullopt;
  return rule(catch_alls.front());
}

std::uint32_t PolicyFacts::stranger_effect() const {
  const std::optional<Rule> rule = catch_all();
  return (rule ? rule->outcome_index() : 0) + 1;
}

bool PolicyFacts::lets_strangers_in() const {
  const std::optional<Rule> rule = catch_all();
  return (rule ? rule->outcome() : policy.no_match()).allows();
}

}  // namespace core
