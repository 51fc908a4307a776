// Asking for each rule what comes after it: see redundancy.hpp. Most rules are excluded by one look at their octet key and
// effect; names and infos, of which there are few, are looked up.
#include "lint/redundancy.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "lint/repeated_keys.hpp"
#include "model/key.hpp"

namespace relayrules {
namespace {

/// How often each effect occurs in a set of rules.
class EffectCount {
 public:
  void add(std::uint64_t effect) {
    ++total_;
    ++by_effect_[effect];
  }
  /// True when there is no other effect than this one; the effects in `gone`, a part of these, do not count.
  [[nodiscard]] bool is_only(std::uint64_t effect, const EffectCount& gone) const {
    return total_ - gone.total_ == count(effect) - gone.count(effect);
  }
  [[nodiscard]] bool is_only(std::uint64_t effect) const { return total_ == 0 || total_ == count(effect); }
  [[nodiscard]] bool has_several() const { return by_effect_.size() > 1; }

 private:
  [[nodiscard]] std::size_t count(std::uint64_t effect) const {
    const auto found = by_effect_.find(effect);
    return found == by_effect_.end() ? 0 : found->second;
  }
  std::size_t total_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> by_effect_;
};

/// Octet keys and the rules that have them. Where several rules have one, the first entry owns it.
class KeyTable {
 public:
  struct Entry {
    std::uint64_t key = 0;
    std::uint64_t width = 0;  // addresses of the whole rule, where the narrower rule gets a key; else 0
    std::uint32_t rule = 0;

    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  void add(const Prefix& prefix, std::uint64_t width, std::uint32_t rule) {
    entries_.push_back({octet_key(prefix), width, rule});
    if (prefix.bits == 32) return;
    auto& bits = known_[prefix.bits / 8U - 1];
    if (bits.empty()) bits.resize(std::size_t{1} << prefix.bits);
    bits[prefix.base.ipv4() >> (32U - prefix.bits)] = true;
  }
  void sort() { std::sort(entries_.begin(), entries_.end()); }

  /// The owner of `key`; null when no rule has it.
  [[nodiscard]] const Entry* find(const Prefix& key) const {
    if (key.bits < 32) {
      // one bit says for most keys that nobody has them
      const auto& bits = known_[key.bits / 8U - 1];
      if (bits.empty() || !bits[key.base.ipv4() >> (32U - key.bits)]) return nullptr;
    }
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), Entry{octet_key(key), 0, 0});
    return found != entries_.end() && found->key == octet_key(key) ? &*found : nullptr;
  }
  /// Who gets the key of `owner` when it goes.
  [[nodiscard]] const Entry* heir(const Entry* owner) const {
    const Entry* next = owner + 1;
    return next != entries_.data() + entries_.size() && next->key == owner->key ? next : nullptr;
  }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  std::array<std::vector<bool>, 3> known_;  // by octets: which prefixes have an entry
};

using NameTable = std::unordered_map<std::string_view, std::uint32_t>;

/// The rules that ask for one answer of ident.
struct InfoGroup {
  std::vector<std::uint32_t> rules;
  EffectCount hosts;              // of INFO@=HOST rules
  EffectCount covered_hosts;      // of =HOST rules whose name is also in an INFO@=HOST rule
  EffectCount covered_addresses;  // of IP rules whose address is also in an INFO@IP rule
};

class Search {
 public:
  explicit Search(const PolicyFacts& facts) : facts_(facts) {
    const bool narrowest = facts.policy.resolution == Resolution::narrowest_key;
    full_keys_ = !facts.with_info.empty() || (narrowest && !facts.ranges.empty()) || has_wide_full_keys();
    collect_names();
    collect_numbers(narrowest);
    collect_infos();
  }

  std::vector<RedundantRule> run() {
    const bool addresses = !hosts_.has_several();
    for (std::uint32_t i = 0; i < facts_.effects.size(); ++i) {
      // a name rule of another effect keeps every rule for a full address: the client may have that name
      if (facts_.effects[i] == 0 || (!addresses && is_full_address(i))) continue;
      if (facts_.octet_keys[i] != 0 || facts_.rule(i).info == 0) judge(i);
    }
    for (auto& [info, group] : infos_) judge_infos(group);
    std::sort(found_.begin(), found_.end(),
              [](const RedundantRule& a, const RedundantRule& b) { return a.rule < b.rule; });
    if (!found_.empty()) {
      const std::vector<bool> sharing = rules_sharing_keys(facts_);
      std::erase_if(found_, [&](const RedundantRule& found) { return sharing[found.rule]; });
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool is_full_address(std::uint32_t i) const { return facts_.octet_keys[i] >> 32 == 32; }
  /// True when a network, by its narrow width, stands for full addresses.
  [[nodiscard]] bool has_wide_full_keys() const {
    return facts_.policy.resolution == Resolution::narrowest_key &&
           std::any_of(facts_.nets.begin(), facts_.nets.end(), [this](std::uint32_t i) {
             const auto* prefix = std::get_if<Prefix>(&facts_.rule(i).peer);
             return prefix != nullptr && prefix->bits > 24;
           });
  }

  void collect_names() {
    for (const std::uint32_t i : facts_.names) {
      const Rule& rule = facts_.rule(i);
      if (rule.info != 0) continue;
      if (const auto* host = std::get_if<HostName>(&rule.peer)) {
        if (host_rules_.emplace(host->name, i).second) hosts_.add(facts_.effects[i]);
      } else if (const auto* suffix = std::get_if<HostSuffix>(&rule.peer)) {
        if (suffix_rules_.emplace(suffix->suffix, i).second) after_prefixes_.add(facts_.effects[i]);
      } else if (!any_name_) {
        any_name_ = i;
        after_prefixes_.add(facts_.effects[i]);
      }
    }
    if (!facts_.catch_alls.empty()) anybody_ = facts_.catch_alls.front();
    after_prefixes_.add(facts_.stranger_effect());
  }

  void collect_numbers(bool narrowest) {
    const auto add = [&](std::uint32_t i) {
      std::uint64_t width = 0;
      const Peer& peer = facts_.rule(i).peer;
      if (narrowest)
        for (const Range& range : ranges_of(peer))
          if (range.first.family == Family::ipv4) width += std::uint64_t{range.last.ipv4()} - range.first.ipv4() + 1;
      for_each_octet_prefix(peer, [&](const Prefix& key) {
        if (full_keys_ || key.bits < 32) numbers_.add(key, width, i);
      });
    };
    if (full_keys_) {
      for (std::uint32_t i = 0; i < facts_.effects.size(); ++i)
        if (facts_.effects[i] != 0 && facts_.rule(i).info == 0) add(i);
    } else {
      for (const std::uint32_t i : facts_.nets)
        if (facts_.rule(i).info == 0) add(i);
    }
    numbers_.sort();
    std::uint64_t last = 0;
    for (const KeyTable::Entry& entry : numbers_.entries()) {
      // only the owner of a key decides
      if (entry.key != last) (entry.key >> 32 == 32 ? addresses_ : prefixes_).add(facts_.effects[entry.rule]);
      last = entry.key;
    }
  }

  void collect_infos() {
    for (const std::uint32_t i : facts_.with_info) {
      if (facts_.effects[i] == 0) continue;
      const Rule& rule = facts_.rule(i);
      InfoGroup& group = infos_[*facts_.policy.info_of(rule)];
      group.rules.push_back(i);
      if (const auto* host = std::get_if<HostName>(&rule.peer)) {
        group.hosts.add(facts_.effects[i]);
        if (const auto known = host_rules_.find(host->name); known != host_rules_.end())
          group.covered_hosts.add(facts_.effects[known->second]);
      }
      for_each_octet_prefix(rule.peer, [&](const Prefix& key) {
        if (const auto* entry = numbers_.find(key)) group.covered_addresses.add(facts_.effects[entry->rule]);
      });
    }
  }

  // ---- what comes next: the rule that would decide for the first client, none when the effect could be another one ----------

  using Next = std::optional<std::uint32_t>;
  static constexpr std::uint32_t nobody = 0xffffffffU;  // no rule would decide

  [[nodiscard]] Next if_equal(std::uint32_t rule, std::uint64_t effect) const {
    return facts_.effects[rule] == effect ? Next(rule) : std::nullopt;
  }
  [[nodiscard]] Next after_names(std::uint64_t effect) const {
    return facts_.stranger_effect() == effect ? Next(anybody_.value_or(nobody)) : std::nullopt;
  }
  /// After `name` itself, which may be a suffix.
  [[nodiscard]] Next after_name(std::string_view name, std::uint64_t effect) const {
    for (std::size_t dot = name.find('.', name.starts_with('.') ? 1 : 0); dot != std::string_view::npos;
         dot = name.find('.', dot + 1))
      if (const auto found = suffix_rules_.find(name.substr(dot)); found != suffix_rules_.end())
        return if_equal(found->second, effect);
    return any_name_ ? if_equal(*any_name_, effect) : after_names(effect);
  }
  /// After the key `key` and what is asked between full addresses and prefixes.
  [[nodiscard]] Next after_address(const Prefix& key, std::uint64_t effect) const {
    for (unsigned bits = key.bits - 8U; bits >= 8; bits -= 8)
      if (const auto* entry = numbers_.find(make_prefix(key.base, bits))) return if_equal(entry->rule, effect);
    // the client may have any name, or none
    return after_prefixes_.is_only(effect) ? after_names(effect) : std::nullopt;
  }
  [[nodiscard]] Next after_key(const Prefix& key, const KeyTable::Entry* owner, std::uint64_t effect) const {
    if (owner != nullptr)
      if (const auto* heir = numbers_.heir(owner)) return if_equal(heir->rule, effect);
    if (key.bits == 32 && !hosts_.is_only(effect)) return std::nullopt;
    return after_address(key, effect);
  }
  [[nodiscard]] Next after_host(std::string_view name, std::uint64_t effect) const {
    return prefixes_.is_only(effect) ? after_name(name, effect) : std::nullopt;
  }

  [[nodiscard]] Next after_numbers(std::uint32_t index, const Peer& peer) const {
    Next first;
    bool equal = true;
    for_each_octet_prefix(peer, [&](const Prefix& key) {
      if (!equal) return;
      const KeyTable::Entry* owner = full_keys_ || key.bits < 32 ? numbers_.find(key) : nullptr;
      if (owner != nullptr && owner->rule != index) return;  // a narrower rule has this key
      const Next next = after_key(key, owner, facts_.effects[index]);
      equal = next.has_value();
      if (!first) first = next;
    });
    return equal ? first : std::nullopt;
  }

  void judge(std::uint32_t index) {
    const std::uint64_t effect = facts_.effects[index];
    if (const std::uint64_t number = facts_.octet_keys[index]; number != 0)
      return keep(index, after_numbers(index, prefix_of_octet_key(number)));
    const Peer& peer = facts_.rule(index).peer;
    if (std::holds_alternative<AnyPeer>(peer)) return;
    if (std::holds_alternative<AnyNamedPeer>(peer)) return keep(index, after_names(effect));
    if (const auto* host = std::get_if<HostName>(&peer)) return keep(index, after_host(host->name, effect));
    if (const auto* suffix = std::get_if<HostSuffix>(&peer)) return keep(index, after_name(suffix->suffix, effect));
    keep(index, after_numbers(index, peer));
  }

  void judge_infos(const InfoGroup& group) {
    for (const std::uint32_t index : group.rules) {
      const Peer& peer = facts_.rule(index).peer;
      if (const auto* host = std::get_if<HostName>(&peer))
        keep(index, after_info_at_host(group, host->name, facts_.effects[index]));
      else
        for_each_octet_prefix(
            peer, [&](const Prefix& key) { keep(index, after_info_at_address(group, key, facts_.effects[index])); });
    }
  }
  [[nodiscard]] Next after_info_at_host(const InfoGroup& group, std::string_view name, std::uint64_t effect) const {
    if (!addresses_.is_only(effect, group.covered_addresses)) return std::nullopt;
    if (const auto host = host_rules_.find(name); host != host_rules_.end()) return if_equal(host->second, effect);
    return after_host(name, effect);
  }
  [[nodiscard]] Next after_info_at_address(const InfoGroup& group, const Prefix& key, std::uint64_t effect) const {
    if (!group.hosts.is_only(effect)) return std::nullopt;
    if (const auto* entry = numbers_.find(key)) return if_equal(entry->rule, effect);
    if (!hosts_.is_only(effect, group.covered_hosts)) return std::nullopt;
    return after_address(key, effect);
  }

  void keep(std::uint32_t index, const Next& next) {
    if (next) found_.push_back({index, *next == nobody ? std::nullopt : next});
  }

  const PolicyFacts& facts_;
  bool full_keys_ = false;  // numbers_ has full addresses too: only infos and narrowest_key ask for them
  KeyTable numbers_;
  NameTable host_rules_;
  NameTable suffix_rules_;
  std::optional<std::uint32_t> any_name_;
  std::optional<std::uint32_t> anybody_;
  EffectCount hosts_;           // of =HOST rules
  EffectCount addresses_;       // of IP rules, when full_keys_
  EffectCount prefixes_;        // of IP prefix rules
  EffectCount after_prefixes_;  // of all that is asked after them
  std::unordered_map<std::string_view, InfoGroup> infos_;
  std::vector<RedundantRule> found_;
};

}  // namespace

std::vector<RedundantRule> find_redundant_rules(const PolicyFacts& facts) {
  if (!facts.policy.complete || facts.policy.resolution == Resolution::first_match) return {};
  return Search(facts).run();
}

bool decides_alike(const PolicyFacts& facts) {
  if (!facts.policy.complete || facts.policy.resolution == Resolution::first_match) return false;
  const std::uint64_t wanted = facts.stranger_effect();
  std::size_t alike = 0;
  for (const std::uint64_t effect : facts.effects) {
    if (effect != 0 && effect != wanted) return false;
    if (effect != 0) ++alike;
  }
  return alike > facts.catch_alls.size();
}

}  // namespace relayrules
