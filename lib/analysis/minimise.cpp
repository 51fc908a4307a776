// Choosing the rules that suffice: see minimise.hpp.
#include "analysis/minimise.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>

#include "analysis/fewest_keys.hpp"
#include "model/key.hpp"
#include "model/key_index.hpp"

namespace core::analysis {
namespace {

constexpr std::uint32_t no_run = 0xffffffffU;

/// An octet key as one number.
std::uint64_t packed(std::uint32_t address, unsigned count) { return std::uint64_t{count} << 32 | address; }

std::uint32_t cut_to(std::uint32_t address, unsigned count) {
  return count == 0 ? 0 : address >> (32 - 8 * count) << (32 - 8 * count);
}

/// What a policy says, by kinds of keys. Only keys that answer: the first of those that are alike.
struct Answers {
  struct Answer {
    std::uint32_t rule = no_rule;
    std::uint32_t effect = 0;
  };
  std::unordered_map<std::uint64_t, Answer> octets;
  std::unordered_map<std::string, Answer> hosts;
  std::unordered_map<std::string, Answer> suffixes;
  Answer any_name;
  Answer anybody;
  std::vector<std::uint32_t> infos;    // rules
  std::vector<std::uint32_t> odd;      // rules whose text can be a name, or an info and something else
  std::vector<std::uint32_t> unsplit;  // rules for single IPv6 addresses
  std::set<std::uint32_t> full_effects;
  std::set<std::uint32_t> prefix_effects;
};

class Reduction {
 public:
  explicit Reduction(const Policy& policy) : policy_(policy), index_(policy) {
    answers_.anybody.effect = effect_of(no_rule);
    for (std::uint32_t i = 0; i < policy_.rules.size(); ++i) sort_in(i);
    if (answers_.any_name.rule == no_rule) answers_.any_name.effect = answers_.anybody.effect;
  }

  std::vector<MinimisedRule> run(Layers layers) {
    keep_names();
    keep_infos();
    keep(answers_.anybody.rule);
    for (const std::uint32_t rule : answers_.unsplit) keep(rule);
    layers_ = layers;
    reduce_addresses();
    if (result_.empty()) result_.push_back({no_rule, false, AnyClient{}, {}});
    // a rule without a source stands last, where it can be in nobody's way
    std::stable_sort(result_.begin(), result_.end(),
                     [](const MinimisedRule& a, const MinimisedRule& b) { return a.source < b.source; });
    return std::move(result_);
  }

 private:
  std::uint32_t effect_of(std::uint32_t rule) { return rule == no_rule ? 0 : policy_.rules.outcome_index(rule); }

  void keep(std::uint32_t rule) {
    if (rule != no_rule) result_.push_back({rule, true, {}, {}});
  }

  // ---- sorting the keys ---------------------------------------------------------------------------------------------

  void sort_in(std::uint32_t i) {
    const Rule rule = policy_.rules[i];
    if (const auto raw = rule.get_if<RawKey>()) return sort_in_raw(i, *raw);
    const Answers::Answer answer{i, effect_of(i)};
    for_each_key(policy_, rule, [&](std::string_view key) {
      if (index_.find(key) != i) return;
      if (rule.info() != 0) return answers_.infos.push_back(i);
      if (const auto octets = parse_octets(key)) return add_octets(*octets, answer);
      add_other(rule.pattern(), answer);
    });
  }

  /// A text that is not what it looks like, but that some clients are asked with.
  void sort_in_raw(std::uint32_t i, const RawKey& raw) {
    if (raw.is_range() || index_.find(raw.text) != i || !has_clients(*policy_.lookup.scheme, raw.text)) return;
    answers_.odd.push_back(i);
  }

  void add_octets(const Octets& octets, const Answers::Answer& answer) {
    answers_.octets.emplace(packed(prefix_of(octets).base.ipv4(), octets.count), answer);
    (octets.count == 4 ? answers_.full_effects : answers_.prefix_effects).insert(answer.effect);
  }

  void add_other(const ClientPattern& pattern, const Answers::Answer& answer) {
    if (const auto* host = std::get_if<HostName>(&pattern))
      answers_.hosts.emplace(host->name, answer);
    else if (const auto* suffix = std::get_if<HostSuffix>(&pattern))
      answers_.suffixes.emplace(suffix->suffix, answer);
    else if (std::holds_alternative<AnyNamedClient>(pattern))
      answers_.any_name = answer;
    else if (std::holds_alternative<AnyClient>(pattern))
      answers_.anybody = answer;
    else
      add_ipv6(answer);
  }

  void add_ipv6(const Answers::Answer& answer) {
    answers_.unsplit.push_back(answer.rule);
    answers_.full_effects.insert(answer.effect);
  }

  // ---- names --------------------------------------------------------------------------------------------------------

  /// What the names say of `name` where no address key answers and the key "=NAME" is not there.
  [[nodiscard]] std::uint32_t effect_above(std::string_view name) const {
    for (std::size_t dot = name.find('.', 1); dot != std::string_view::npos; dot = name.find('.', dot + 1))
      if (const auto found = answers_.suffixes.find(std::string(name.substr(dot))); found != answers_.suffixes.end())
        return found->second.effect;
    return answers_.any_name.effect;
  }

  /// True when all of `effects` are `effect`; of none that is true, too.
  static bool all_are(const std::set<std::uint32_t>& effects, std::uint32_t effect) {
    return effects.empty() || (effects.size() == 1 && *effects.begin() == effect);
  }

  /// True when a client named `name` fares so wherever it comes from, unless a full address or "=NAME" answers.
  [[nodiscard]] bool holds_anyway(const std::string& name, std::uint32_t effect) const {
    return effect_above(name) == effect && all_are(answers_.prefix_effects, effect);
  }

  /// Beside odd texts nothing is left out that could be about the same names or infos.
  void keep_all_names() {
    for (const auto& [name, answer] : answers_.hosts) keep(answer.rule);
    for (const auto& [suffix, answer] : answers_.suffixes) keep(answer.rule);
    keep(answers_.any_name.rule);
    for (const std::uint32_t rule : answers_.odd) keep(rule);
    full_keys_.fixed = true;
    uncovered_ = names_decide;
  }

  void keep_names() {
    if (!answers_.odd.empty()) return keep_all_names();
    std::set<std::uint32_t> kept_hosts;
    for (const auto& [name, answer] : answers_.hosts) {
      host_effects_.insert(answer.effect);
      if (holds_anyway(name, answer.effect)) continue;
      kept_hosts.insert(answer.effect);
      keep(answer.rule);
    }
    full_keys_.fixed = !kept_hosts.empty();
    if (kept_hosts.size() == 1) full_keys_.free_effect = *kept_hosts.begin();
    const std::uint32_t anybody = answers_.anybody.effect;
    uncovered_ = answers_.any_name.effect == anybody ? anybody : names_decide;
    if (uncovered_ != anybody) keep(answers_.any_name.rule);
    for (const auto& [suffix, answer] : answers_.suffixes) {
      if (answer.effect != anybody) uncovered_ = names_decide;
      if (answer.effect != effect_above(suffix)) keep(answer.rule);
    }
  }

  // ---- infos --------------------------------------------------------------------------------------------------------

  void keep_infos() {
    note_named_infos();
    for (const std::uint32_t i : answers_.infos)
      if (!answers_.odd.empty() || !is_info_redundant(policy_.rules[i], effect_of(i))) keep(i);
  }

  bool is_info_redundant(const Rule& rule, std::uint32_t effect) {
    if (const auto host = rule.get_if<HostName>()) {
      const auto known = answers_.hosts.find(std::string(host->name));
      const bool same = known != answers_.hosts.end() ? known->second.effect == effect
                                                      : holds_anyway(std::string(host->name), effect);
      return same && all_are(answers_.full_effects, effect);
    }
    const auto prefix = rule.get_if<Prefix>();
    if (!prefix || prefix->base.family != Family::ipv4 || !named_infos_agree(rule, effect)) return false;
    const std::uint32_t address = prefix->base.ipv4();
    if (const auto full = answers_.octets.find(packed(address, 4)); full != answers_.octets.end())
      return full->second.effect == effect;
    return all_are(host_effects_, effect) && original_effect(address, 3) == effect;
  }

  /// What the rules for an info and a host name do, by info.
  void note_named_infos() {
    for (const std::uint32_t i : answers_.infos)
      if (const Rule rule = policy_.rules[i]; rule.is<HostName>())
        named_info_effects_[*policy_.info_of(rule)].insert(effect_of(i));
  }

  /// True when the rules for the same info and a host name have this effect: they are asked next.
  [[nodiscard]] bool named_infos_agree(const Rule& rule, std::uint32_t effect) const {
    const auto named = named_info_effects_.find(*policy_.info_of(rule));
    return named == named_info_effects_.end() || all_are(named->second, effect);
  }

  /// What the longest key with at most `count` octets says of `address`.
  [[nodiscard]] std::uint32_t original_effect(std::uint32_t address, unsigned count) const {
    for (; count > 0; --count)
      if (const auto key = answers_.octets.find(packed(cut_to(address, count), count)); key != answers_.octets.end())
        return key->second.effect;
    return uncovered_;
  }

  // ---- addresses ----------------------------------------------------------------------------------------------------

  void reduce_addresses() {
    std::vector<OctetKey> keys;
    for (const auto& [key, answer] : answers_.octets)
      keys.push_back({static_cast<std::uint32_t>(key), static_cast<std::uint8_t>(key >> 32), answer.effect});
    runs_ = fewest_keys(std::move(keys), uncovered_, full_keys_);
    owners_.assign(runs_.size(), {});
    for (std::uint32_t i = 0; i < runs_.size(); ++i)
      for (unsigned octet = runs_[i].low; octet <= runs_[i].high; ++octet)
        wanted_.emplace(packed(runs_[i].address_of(octet), runs_[i].count), i);
    for (const auto& [key, answer] : answers_.octets) attribute(key, answer);
    for (auto& owners : owners_) {
      std::sort(owners.begin(), owners.end());
      owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    }
    is_said_.assign(runs_.size(), false);
    for (std::uint32_t i = 0; i < policy_.rules.size(); ++i) keep_if_wanted(i);
    for (std::size_t i = 0; i < runs_.size(); ++i)
      if (!is_said_[i]) add_new(i);
  }

  /// Notes which run says now what the key said. What the keys above it said as well was said twice, not joined.
  void attribute(std::uint64_t key, const Answers::Answer& answer) {
    const auto address = static_cast<std::uint32_t>(key);
    const auto count = static_cast<unsigned>(key >> 32);
    const std::uint32_t run = run_above(address, count);
    if (run == no_run || runs_[run].effect != answer.effect) return;
    if (runs_[run].count == count || original_effect(address, count - 1) != answer.effect)
      owners_[run].push_back(answer.rule);
  }

  /// The run that answers for a key of the result with `count` octets; no_run when none does.
  [[nodiscard]] std::uint32_t run_above(std::uint32_t address, unsigned count) const {
    for (; count > 0; --count)
      if (const auto found = wanted_.find(packed(cut_to(address, count), count)); found != wanted_.end())
        return found->second;
    return no_run;
  }

  /// Keeps rule `i` when all of its keys say what is wanted, and it makes a run unnecessary.
  void keep_if_wanted(std::uint32_t i) {
    const Rule rule = policy_.rules[i];
    if (rule.info() != 0 || rule.is<RawKey>()) return;
    const std::uint32_t effect = effect_of(i);
    std::unordered_map<std::uint32_t, unsigned> found;  // how many keys of which run
    bool fits = true;
    for_each_key(policy_, rule, [&](std::string_view text) {
      const auto octets = parse_octets(text);
      fits = fits && octets && is_harmless(i, prefix_of(*octets).base.ipv4(), octets->count, effect, found);
    });
    if (!fits) return;
    bool useful = false;
    for (const auto& [run, keys] : found) {
      if (is_said_[run] || keys != runs_[run].high - runs_[run].low + 1U) continue;
      is_said_[run] = useful = true;
    }
    if (useful) keep(i);
  }

  bool is_harmless(std::uint32_t rule, std::uint32_t address, unsigned count, std::uint32_t effect,
                   std::unordered_map<std::uint32_t, unsigned>& found) const {
    const auto run = wanted_.find(packed(address, count));
    if (run == wanted_.end()) {
      if (layers_ == Layers::avoid || (count == 4 && !full_keys_.may_change(effect))) return false;
      const std::uint32_t above = run_above(address, count - 1);
      return (above == no_run ? uncovered_ : runs_[above].effect) == effect;
    }
    if (runs_[run->second].effect == effect) {
      ++found[run->second];
      return true;
    }
    // another rule has the key, if it stands before this one
    const auto& owners = owners_[run->second];
    return layers_ == Layers::keep &&
           (policy_.lookup.tie == Lookup::Tie::narrowest || (!owners.empty() && owners.front() < rule));
  }

  void add_new(std::size_t i) {
    const KeyRun& run = runs_[i];
    MinimisedRule rule;
    rule.unchanged = false;
    rule.merged = owners_[i];
    rule.source = rule.merged.empty() ? model_for(run) : rule.merged.front();
    rule.pattern = pattern_of(run);
    result_.push_back(std::move(rule));
  }

  /// A rule with the effect of `run`, which no rule has become: the one that answered there, or else any.
  std::uint32_t model_for(const KeyRun& run) {
    for (unsigned count = run.count; count > 0; --count) {
      const auto key = answers_.octets.find(packed(cut_to(run.address_of(run.low), count), count));
      if (key != answers_.octets.end() && key->second.effect == run.effect) return key->second.rule;
    }
    if (answers_.anybody.effect == run.effect) return answers_.anybody.rule;
    for (std::uint32_t i = 0; i < policy_.rules.size(); ++i)
      if (effect_of(i) == run.effect) return i;
    return no_rule;
  }

  static ClientPattern pattern_of(const KeyRun& run) {
    const Address base = Address::from_ipv4(run.address_of(run.low));
    if (run.low == run.high) return Prefix{base, static_cast<std::uint8_t>(run.count * 8)};
    OctetRange range;
    std::copy_n(base.bytes.begin(), 4, range.octets);
    range.count = run.count;
    range.varying = static_cast<std::uint8_t>(run.count - 1);
    range.octets[range.varying] = 0;
    range.low = run.low;
    range.high = run.high;
    return range;
  }

  const Policy& policy_;
  KeyIndex index_;
  Answers answers_;
  Layers layers_ = Layers::keep;
  std::set<std::uint32_t> host_effects_;
  std::unordered_map<std::string_view, std::set<std::uint32_t>> named_info_effects_;
  FullKeys full_keys_;
  std::uint32_t uncovered_ = 0;  // the effect where no address key answers, or names_decide
  std::vector<KeyRun> runs_;
  std::unordered_map<std::uint64_t, std::uint32_t> wanted_;  // keys of runs_
  std::vector<std::vector<std::uint32_t>> owners_;           // for each run the rules that said it before
  std::vector<bool> is_said_;                                // for each run: a rule that stays says it
  std::vector<MinimisedRule> result_;
};

}  // namespace

std::vector<MinimisedRule> minimise(const Policy& policy, Layers layers) { return Reduction(policy).run(layers); }

}  // namespace core::analysis
