#include "lint/checks/registry.hpp"

namespace {

/// A file with more rules comes from a program, which repeats what it means; there the rule for everybody is enough.
constexpr std::size_t most_by_hand = 1 << 16;

/// The network that decides for an address when its own rule does not: the narrowest one around it.
class WiderNets {
 public:
  explicit WiderNets(const PolicyFacts& facts) : facts_(facts) {
    if (facts.policy.rules.size() > most_by_hand || facts.policy.lookup != Lookup{}) return;
    for (const std::uint32_t index : facts.nets)
      for_each_octet_prefix(facts.rule(index).pattern(),
                            [&](const Prefix& net) { owners_.emplace(octet_key(net), index); });
  }

  /// Null when there is none.
  [[nodiscard]] std::optional<Rule> around(std::uint32_t index) const {
    const std::uint64_t key = owners_.empty() ? 0 : first_key(index);
    if (key == 0) return std::nullopt;
    const Address address = prefix_of_octet_key(key).base;
    for (auto bits = static_cast<unsigned>(key >> 32) - 8; bits >= 8; bits -= 8)
      if (const auto owner = owners_.find(octet_key(make_prefix(address, bits))); owner != owners_.end())
        return facts_.rule(owner->second);
    return std::nullopt;
  }

 private:
  /// 0 for what is no address.
  [[nodiscard]] std::uint64_t first_key(std::uint32_t index) const {
    const auto range = facts_.rule(index).get_if<OctetRange>();
    if (!range) return facts_.octet_key(index);
    return octet_key(make_prefix(ranges_of(*range).front().first, range->count * 8U));
  }

  const PolicyFacts& facts_;
  std::unordered_map<std::uint64_t, std::uint32_t> owners_;
};

/// Names of the variables of `wide` that `edits` says nothing of. Those that exceptions are made of do not count.
std::vector<std::string> lost_variables(const EnvEdits& wide, const EnvEdits& edits, bool from_net) {
  std::vector<std::string> lost;
  for (const EnvEdit& edit : wide) {
    const auto same_name = [&](const EnvEdit& other) { return other.name() == edit.name(); };
    const bool is_favour = from_net && edit.value().empty();  // who relays is spared the blocklists
    if (edit.unset || edit.name() == "RELAYCLIENT" || (edit.name() == "RBLSMTPD" && !is_favour)) continue;
    if (std::none_of(edits.begin(), edits.end(), same_name)) lost.emplace_back(edit.name());
  }
  return lost;
}

/// A quick look, which spares most files the walk over their rules.
bool can_lose_any(const PolicyFacts& facts) {
  if (facts.policy.rules.size() > most_by_hand) {
    const std::optional<Rule> wide = facts.catch_all();
    return wide && !lost_variables(facts.policy.edits_of(*wide), {}, false).empty();
  }
  const auto& lists = facts.policy.edit_lists;
  return std::any_of(lists.begin(), lists.end(),
                     [](const EnvEdits& edits) { return !lost_variables(edits, {}, true).empty(); });
}

/// True for the host itself, whose own mail nobody scans.
bool is_loopback(const Rule& rule) {
  const auto prefix = rule.get_if<Prefix>();
  return prefix && prefix->base.family == Family::ipv4 && prefix->base.bytes[0] == 127;
}

/// `wide` is a network, or the catch-all.
void report_lost(const PolicyFacts& facts, const Rule& rule, const Rule& wide, Findings& findings) {
  const bool from_net = wide != facts.catch_all();
  const std::vector<std::string> lost =
      lost_variables(facts.policy.edits_of(wide), facts.policy.edits_of(rule), from_net);
  const bool unscanned = std::find(lost.begin(), lost.end(), "QMAILQUEUE") != lost.end();
  // a rule that sets nothing was not meant to change anything; what it takes away is worth a word only where it is the
  // virus scan
  if (rule.edits() == 0 ? !unscanned : lost.empty()) return;
  const std::string who = from_net ? "the rule for " + quoted(facts.pattern_text(wide)) : "the rule for everybody";
  auto& finding = findings.add(env_lost.kind, rule.span(),
                               fmt::format("clients of {} go without {}, which {} sets: a rule inherits nothing",
                                           quoted(facts.pattern_text(rule)), list_quoted(lost), who));
  if (unscanned && rule.edits() != 0 && !facts.relays_by(rule)) finding.severity = Severity::warning;
  finding.with_help("repeat the variable here if it is to hold for these clients too").with_related(wide.span(), who);
}

void check_env_lost(const PolicyFacts& facts, Findings& findings) {
  if (!can_lose_any(facts)) return;
  const WiderNets nets(facts);
  // one finding for each pair of edit lists: what is wrong with one rule is wrong with all that look like it
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (std::uint32_t index = 0; index < facts.policy.rules.size(); ++index) {
    const Rule rule = facts.rule(index);
    if (rule.access() != Access::allow || (rule.edits() == 0 && is_loopback(rule))) continue;
    const std::optional<Rule> net = nets.around(index);
    const std::optional<Rule> wide = net ? net : facts.catch_all();
    if (!wide || wide == rule || wide->access() != Access::allow) continue;
    if (rule.edits() != wide->edits() && seen.emplace(rule.edits(), wide->edits()).second)
      report_lost(facts, rule, *wide, findings);
  }
}

}  // namespace

const core::Check core::checks::env_lost = {
    .kind = {"RR210", "env-lost", Severity::note},
    .summary = "a rule takes clients from a wider one, and they lose its variables",
    .rationale =
        "Only one rule decides for a client, and only its variables are set: nothing is inherited from a wider rule. A "
        "rule that gives some clients a variable of their own takes away those that the rule around it sets, be that a "
        "network or the rule for everybody.\n"
        "Often that is QMAILQUEUE: then the mail of these clients is not scanned for viruses.\n"
        "It is a warning for QMAILQUEUE where the clients are no relay clients and the rule sets something else. "
        "Repeat the variables that are to hold for these clients too.",
    .bad = {"tcp.smtp", "198.51.7.:allow,RBLSMTPD=\"\"\n:allow,QMAILQUEUE=\"/usr/bin/scan\"\n"},
    .good = {"tcp.smtp",
             "198.51.7.:allow,RBLSMTPD=\"\",QMAILQUEUE=\"/usr/bin/scan\"\n:allow,QMAILQUEUE=\"/usr/bin/scan\"\n"},
    .needs = Traits::keys | Traits::environment,
    .policy = check_env_lost,
};
