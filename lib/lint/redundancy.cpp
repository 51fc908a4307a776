// Asking for each rule what comes after it: see redundancy.hpp. Most rules are excluded by one look at their octet key
// and effect; names and infos, of which there are few, are looked up.
#include "lint/redundancy.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/launch.hpp"
#include "base/zeroed_array.hpp"
#include "lint/repeated_keys.hpp"
#include "model/key.hpp"

namespace core {
namespace {

/// How often each effect occurs in a set of rules.
class EffectCount {
 public:
  void add(std::uint64_t effect) {
    if (total_++ == 0) last_ = effect;
    several_ = several_ || effect != last_;
    if (count_of_last_ == nullptr || effect != last_) count_of_last_ = &by_effect_[effect];
    last_ = effect;
    ++*count_of_last_;
  }
  /// True when there is no other effect than this one; the effects in `gone`, a part of these, do not count.
  [[nodiscard]] bool is_only(std::uint64_t effect, const EffectCount& gone) const {
    return total_ - gone.total_ == count(effect) - gone.count(effect);
  }
  [[nodiscard]] bool is_only(std::uint64_t effect) const { return total_ == 0 || (!several_ && effect == last_); }
  [[nodiscard]] bool has_several() const { return several_; }

 private:
  [[nodiscard]] std::size_t count(std::uint64_t effect) const {
    const auto found = by_effect_.find(effect);
    return found == by_effect_.end() ? 0 : found->second;
  }
  std::size_t total_ = 0;
  bool several_ = false;
  std::uint64_t last_ = 0;  // most rules do what the one before them does
  std::size_t* count_of_last_ = nullptr;
  std::unordered_map<std::uint64_t, std::size_t> by_effect_;
};

unsigned bits_of(std::uint64_t key) { return static_cast<unsigned>(key >> 32); }
/// The key of `bits` above an octet key: "10.1." above "10.1.2.3".
std::uint64_t wider_key(std::uint64_t key, unsigned bits) {
  return std::uint64_t{bits} << 32 | (key & (0xffffffffU << (32U - bits)));
}

/// Octet keys and the rules that have them. Where several rules have one, the first entry owns it. A million addresses
/// are asked about in any order: what is looked at for most of them is small, so that a processor keeps it at hand.
class KeyTable {
 public:
  struct Entry {
    std::uint64_t key = 0;
    std::uint64_t width = 0;  // addresses of the whole rule, where the narrower rule gets a key; else 0
    std::uint32_t rule = 0;
    std::uint32_t effect = 0;  // of the rule

    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  void make_room(std::size_t count) { entries_.reserve(count); }
  void add(const Entry& entry) { entries_.push_back(entry); }
  void sort() {
    std::sort(entries_.begin(), entries_.end());
    for (std::uint32_t place = 0; place < entries_.size() && bits_of(entries_[place].key) < 32; ++place) {
      const std::uint64_t key = entries_[place].key;
      Shelf& shelf = shelves_[shelf_of(key)];
      if (bits_of(key) == 24) {
        if (third_octets_.empty()) nets_begin_ = place;
        third_octets_.push_back(static_cast<std::uint8_t>(key >> 8));
        if (shelf.count++ == 0) shelf.begin = static_cast<std::uint32_t>(third_octets_.size() - 1);
      } else if (std::uint32_t& owner = bits_of(key) == 8 ? owners_[key >> 24 & 0xff] : shelf.owner; owner == 0) {
        owner = place + 1;
      }
    }
  }

  /// The owner of `key`; null when no rule has it.
  [[nodiscard]] const Entry* find(std::uint64_t key) const {
    if (bits_of(key) == 8) return owner(owners_[key >> 24 & 0xff]);
    const Shelf& shelf = shelves_[shelf_of(key)];
    if (bits_of(key) == 16) return owner(shelf.owner);
    if (bits_of(key) == 24) {
      const auto begin = third_octets_.begin() + shelf.begin;
      const auto third = static_cast<std::uint8_t>(key >> 8);
      const auto found = std::lower_bound(begin, begin + shelf.count, third);
      return found != begin + shelf.count && *found == third ? &entries_[nets_begin_ + place_of(found)] : nullptr;
    }
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), Entry{key, 0, 0, 0});
    return found != entries_.end() && found->key == key ? &*found : nullptr;
  }
  /// Of what will be asked for soon.
  void fetch(std::uint64_t key) const { __builtin_prefetch(&shelves_[shelf_of(key)]); }
  /// Who gets the key of `owner` when it goes.
  [[nodiscard]] const Entry* heir(const Entry* owner) const {
    const Entry* next = owner + 1;
    return next != entries_.data() + entries_.size() && next->key == owner->key ? next : nullptr;
  }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  /// What begins with the same two octets.
  struct Shelf {
    std::uint32_t owner;  // of these two, counted from 1; 0: nobody
    std::uint32_t begin;  // of the entries with a third octet, which stand together; as a place in third_octets_
    std::uint32_t count;
  };
  static std::size_t shelf_of(std::uint64_t key) { return key >> 16 & 0xffff; }
  [[nodiscard]] std::size_t place_of(std::vector<std::uint8_t>::const_iterator third) const {
    return static_cast<std::size_t>(third - third_octets_.begin());
  }
  [[nodiscard]] const Entry* owner(std::uint32_t place) const { return place == 0 ? nullptr : &entries_[place - 1]; }

  std::vector<Entry> entries_;
  std::array<std::uint32_t, 256> owners_{};  // of one octet, counted from 1
  ZeroedArray<Shelf> shelves_{1U << 16};
  std::vector<std::uint8_t> third_octets_;  // of the entries that have three, from nets_begin_ on
  std::size_t nets_begin_ = 0;
};

using NameTable = std::unordered_map<std::string_view, std::uint32_t>;

/// The rules that ask for one answer of ident.
struct InfoGroup {
  std::span<const std::uint32_t> rules;
  EffectCount hosts;              // of INFO@=HOST rules
  EffectCount covered_hosts;      // of =HOST rules whose name is also in an INFO@=HOST rule
  EffectCount covered_addresses;  // of IP rules whose address is also in an INFO@IP rule
};

class RedundancySearch {
 public:
  explicit RedundancySearch(const PolicyFacts& facts) : facts_(facts) {
    const bool narrowest = facts.policy.lookup.tie == Lookup::Tie::narrowest;
    full_keys_ = !facts.with_info.empty() || (narrowest && !facts.ranges.empty()) || has_wide_full_keys();
    collect_names(!facts.with_info.empty());
    collect_numbers(narrowest);
  }

  std::vector<RedundantRule> run() {
    const auto count = static_cast<std::uint32_t>(facts_.policy.rules.size());
    auto half = std::async(launch_for(count), [this, count] { return redundant_addresses(count / 2, count); });
    found_ = redundant_addresses(0, count / 2);
    const std::vector<RedundantRule> others = half.get();
    found_.insert(found_.end(), others.begin(), others.end());
    for (const std::uint32_t i : facts_.nets) judge_net(i);
    for (const std::uint32_t i : facts_.ranges) judge_range(i);
    for (const std::uint32_t i : facts_.names) judge_name(i);
    judge_infos();
    std::sort(found_.begin(), found_.end(),
              [](const RedundantRule& a, const RedundantRule& b) { return a.rule < b.rule; });
    if (!found_.empty())
      std::erase_if(found_, [&](const RedundantRule& found) { return taken_keys(facts_).is_sharing[found.rule]; });
    return std::move(found_);
  }

 private:
  /// Of the rules for full addresses from `begin` to before `end`.
  [[nodiscard]] std::vector<RedundantRule> redundant_addresses(std::uint32_t begin, std::uint32_t end) const {
    constexpr std::uint32_t ahead = 8;
    std::vector<RedundantRule> found;
    for (std::uint32_t i = begin; i < end; ++i) {
      if (i + ahead < end) numbers_.fetch(facts_.octet_key(i + ahead));
      if (is_full_address(i) && !stays(i)) keep(found, i, after_key(facts_.octet_key(i), i));
    }
    return found;
  }
  [[nodiscard]] bool is_full_address(std::uint32_t i) const { return bits_of(facts_.octet_key(i)) == 32; }
  /// A quick look at a rule for a full address: true when it certainly is not redundant.
  [[nodiscard]] bool stays(std::uint32_t i) const {
    const bool has_net = nets_begin_with_.test(facts_.octet_key(i) >> 24 & 0xff);
    if (!has_net && !full_keys_ && after_prefixes_.has_several()) return true;
    // a name rule of another effect keeps it, since the client may have that name
    return !hosts_.is_only(facts_.effect(i));
  }
  /// True when a network, by its narrow width, stands for full addresses.
  [[nodiscard]] bool has_wide_full_keys() const {
    return facts_.policy.lookup.tie == Lookup::Tie::narrowest &&
           std::any_of(facts_.nets.begin(), facts_.nets.end(), [this](std::uint32_t i) {
             const auto prefix = facts_.rule(i).get_if<Prefix>();
             return prefix && prefix->bits > 24;
           });
  }

  /// Without `by_name` whole names are only counted, which mostly is enough.
  void collect_names(bool by_name) {
    for (const std::uint32_t i : facts_.names) {
      const Rule rule = facts_.rule(i);
      if (rule.info() != 0) continue;
      if (const auto host = rule.get_if<HostName>()) {
        if (!by_name || host_rules_.emplace(host->name, i).second) hosts_.add(facts_.effect(i));
      } else if (const auto suffix = rule.get_if<HostSuffix>()) {
        suffixes_.push_back(i);
        after_prefixes_.add(facts_.effect(i));
        suffix_sizes_.set(std::min(suffix->suffix.size(), suffix_sizes_.size() - 1));
      } else if (!any_name_) {
        any_name_ = i;
        after_prefixes_.add(facts_.effect(i));
      }
    }
    if (!facts_.catch_alls.empty()) anybody_ = facts_.catch_alls.front();
    after_prefixes_.add(facts_.stranger_effect());
  }

  void collect_numbers(bool narrowest) {
    const auto add = [&](std::uint32_t i) {
      if (!narrowest && facts_.octet_key(i) != 0) return numbers_.add({facts_.octet_key(i), 0, i, facts_.effect(i)});
      if (facts_.rule(i).info() != 0) return;
      std::uint64_t width = 0;
      const ClientPattern& pattern = facts_.rule(i).pattern();
      if (narrowest)
        for (const Range& range : ranges_of(pattern))
          if (range.first.family == Family::ipv4) width += std::uint64_t{range.last.ipv4()} - range.first.ipv4() + 1;
      for_each_octet_prefix(pattern, [&](const Prefix& key) {
        if (full_keys_ || key.bits < 32) numbers_.add({octet_key(key), width, i, facts_.effect(i)});
      });
    };
    if (full_keys_) {
      for (std::uint32_t i = 0; i < facts_.policy.rules.size(); ++i)
        if (facts_.effect(i) != 0) add(i);
    } else {
      numbers_.make_room(facts_.nets.size());
      for (const std::uint32_t i : facts_.nets) add(i);
    }
    numbers_.sort();
    std::uint64_t last = 0;
    for (const KeyTable::Entry& entry : numbers_.entries()) {
      nets_begin_with_.set(entry.key >> 24 & 0xff);
      // only the owner of a key decides
      if (entry.key != last) (bits_of(entry.key) == 32 ? addresses_ : prefixes_).add(entry.effect);
      last = entry.key;
    }
  }

  [[nodiscard]] const std::string& info_of(std::uint32_t index) const {
    return *facts_.policy.info_of(facts_.rule(index));
  }
  [[nodiscard]] InfoGroup group_of(std::span<const std::uint32_t> rules) const {
    InfoGroup group{rules, {}, {}, {}};
    for (const std::uint32_t i : rules) {
      const Rule rule = facts_.rule(i);
      if (const auto host = rule.get_if<HostName>()) {
        group.hosts.add(facts_.effect(i));
        if (const auto known = host_rules_.find(host->name); known != host_rules_.end())
          group.covered_hosts.add(facts_.effect(known->second));
      }
      for_each_octet_prefix(rule.pattern(), [&](const Prefix& key) {
        if (const auto* entry = numbers_.find(octet_key(key))) group.covered_addresses.add(entry->effect);
      });
    }
    return group;
  }

  // ---- what comes next: the rule that would decide for the first client, none when the effect could be another one
  // ----------

  using Next = std::optional<std::uint32_t>;
  static constexpr std::uint32_t nobody = 0xffffffffU;  // no rule would decide

  /// Made at the first question: in most files no name lies below another.
  [[nodiscard]] const NameTable& suffix_rules() const {
    if (suffix_rules_.empty())
      for (const std::uint32_t i : suffixes_)
        suffix_rules_.emplace(std::get<HostSuffix>(facts_.rule(i).pattern()).suffix, i);
    return suffix_rules_;
  }
  [[nodiscard]] Next if_equal(std::uint32_t rule, std::uint64_t effect) const {
    return facts_.effect(rule) == effect ? Next(rule) : std::nullopt;
  }
  [[nodiscard]] static Next if_equal(const KeyTable::Entry& entry, std::uint64_t effect) {
    return entry.effect == effect ? Next(entry.rule) : std::nullopt;
  }
  [[nodiscard]] Next after_names(std::uint64_t effect) const {
    return facts_.stranger_effect() == effect ? Next(anybody_.value_or(nobody)) : std::nullopt;
  }
  /// After `name` itself, which may be a suffix.
  [[nodiscard]] Next after_name(std::string_view name, std::uint64_t effect) const {
    for (std::size_t dot = name.find('.', name.starts_with('.') ? 1 : 0); dot != std::string_view::npos;
         dot = name.find('.', dot + 1)) {
      const std::string_view suffix = name.substr(dot);
      if (!suffix_sizes_.test(std::min(suffix.size(), suffix_sizes_.size() - 1))) continue;
      if (const auto found = suffix_rules().find(suffix); found != suffix_rules().end())
        return if_equal(found->second, effect);
    }
    return any_name_ ? if_equal(*any_name_, effect) : after_names(effect);
  }
  /// After the key `key` and what is asked between full addresses and prefixes.
  [[nodiscard]] Next after_address(std::uint64_t key, std::uint64_t effect) const {
    for (unsigned bits = bits_of(key) - 8; bits >= 8; bits -= 8)
      if (const auto* entry = numbers_.find(wider_key(key, bits))) return if_equal(*entry, effect);
    // the client may have any name, or none
    return after_prefixes_.is_only(effect) ? after_names(effect) : std::nullopt;
  }
  /// After the key `key` of rule `index`; the rule itself when the key is a narrower one's, which then decides.
  [[nodiscard]] Next after_key(std::uint64_t key, std::uint32_t index) const {
    const std::uint32_t effect = facts_.effect(index);
    if (full_keys_ || bits_of(key) < 32) {
      const KeyTable::Entry* owner = numbers_.find(key);
      if (owner->rule != index) return index;
      if (const auto* heir = numbers_.heir(owner)) return if_equal(*heir, effect);
    }
    if (bits_of(key) == 32 && !hosts_.is_only(effect)) return std::nullopt;
    return after_address(key, effect);
  }
  [[nodiscard]] Next after_host(std::string_view name, std::uint64_t effect) const {
    return prefixes_.is_only(effect) ? after_name(name, effect) : std::nullopt;
  }

  [[nodiscard]] Next after_numbers(std::uint32_t index, const ClientPattern& pattern) const {
    Next first;
    bool equal = true;
    for_each_octet_prefix(pattern, [&](const Prefix& key) {
      if (!equal) return;
      const Next next = after_key(octet_key(key), index);
      equal = next.has_value();
      if (next != index && !first) first = next;
    });
    return equal ? first : std::nullopt;
  }

  void judge_net(std::uint32_t index) {
    if (facts_.octet_key(index) != 0) return keep(index, after_key(facts_.octet_key(index), index));
    const Rule rule = facts_.rule(index);
    if (rule.info() == 0) keep(index, after_numbers(index, rule.pattern()));
  }
  /// Ranges of full addresses, and of any: what is a net as well was judged as one.
  void judge_range(std::uint32_t index) {
    if (facts_.effect(index) == 0) return;
    const Rule rule = facts_.rule(index);
    const auto octets = rule.get_if<OctetRange>();
    if (rule.info() == 0 && (!octets || octets->count == 4)) keep(index, after_numbers(index, rule.pattern()));
  }
  void judge_name(std::uint32_t index) {
    const std::uint32_t effect = facts_.effect(index);
    const Rule rule = facts_.rule(index);
    if (rule.info() != 0) return;
    if (const auto host = rule.get_if<HostName>()) return keep(index, after_host(host->name, effect));
    if (const auto suffix = rule.get_if<HostSuffix>()) return keep(index, after_name(suffix->suffix, effect));
    keep(index, after_names(effect));
  }

  /// One info after the other: each of a million rules may have its own.
  void judge_infos() {
    std::vector<std::uint32_t> rules = facts_.with_info;
    std::erase_if(rules, [this](std::uint32_t i) { return facts_.effect(i) == 0; });
    std::stable_sort(rules.begin(), rules.end(),
                     [this](std::uint32_t a, std::uint32_t b) { return info_of(a) < info_of(b); });
    for (std::size_t begin = 0, end = 0; begin < rules.size(); begin = end) {
      while (end < rules.size() && info_of(rules[end]) == info_of(rules[begin])) ++end;
      judge_infos(group_of(std::span(rules).subspan(begin, end - begin)));
    }
  }
  void judge_infos(const InfoGroup& group) {
    for (const std::uint32_t index : group.rules) {
      const ClientPattern& pattern = facts_.rule(index).pattern();
      if (const auto* host = std::get_if<HostName>(&pattern))
        keep(index, after_info_at_host(group, host->name, facts_.effect(index)));
      else
        for_each_octet_prefix(pattern, [&](const Prefix& key) {
          keep(index, after_info_at_address(group, octet_key(key), facts_.effect(index)));
        });
    }
  }
  [[nodiscard]] Next after_info_at_host(const InfoGroup& group, std::string_view name, std::uint64_t effect) const {
    if (!addresses_.is_only(effect, group.covered_addresses)) return std::nullopt;
    if (const auto host = host_rules_.find(name); host != host_rules_.end()) return if_equal(host->second, effect);
    return after_host(name, effect);
  }
  [[nodiscard]] Next after_info_at_address(const InfoGroup& group, std::uint64_t key, std::uint64_t effect) const {
    if (!group.hosts.is_only(effect)) return std::nullopt;
    if (const auto* entry = numbers_.find(key)) return if_equal(*entry, effect);
    if (!hosts_.is_only(effect, group.covered_hosts)) return std::nullopt;
    return after_address(key, effect);
  }

  static void keep(std::vector<RedundantRule>& found, std::uint32_t index, const Next& next) {
    if (next && *next != index) found.push_back({index, *next == nobody ? std::nullopt : next});
  }
  void keep(std::uint32_t index, const Next& next) { keep(found_, index, next); }

  const PolicyFacts& facts_;
  bool full_keys_ = false;  // numbers_ has full addresses too: only infos and narrowest_key ask for them
  KeyTable numbers_;
  std::bitset<256> nets_begin_with_;  // first octets of all keys
  NameTable host_rules_;
  std::vector<std::uint32_t> suffixes_;
  mutable NameTable suffix_rules_;
  std::bitset<256> suffix_sizes_;  // which lengths of suffixes there are: most need not be looked for
  std::optional<std::uint32_t> any_name_;
  std::optional<std::uint32_t> anybody_;
  EffectCount hosts_;           // of =HOST rules
  EffectCount addresses_;       // of IP rules, when full_keys_
  EffectCount prefixes_;        // of IP prefix rules
  EffectCount after_prefixes_;  // of all that is asked after them
  std::vector<RedundantRule> found_;
};

}  // namespace

std::vector<RedundantRule> find_redundant_rules(const PolicyFacts& facts) {
  if (!facts.exact || !facts.policy.is_by_key()) return {};
  // what is asked between names and prefixes there, the search does not know
  if (facts.policy.lookup.scheme == &ucspi_tcp6_keys || !facts.ipv6_nets.empty()) return {};
  return RedundancySearch(facts).run();
}

bool decides_alike(const PolicyFacts& facts) {
  if (!facts.exact || !facts.policy.is_by_key()) return false;
  const std::uint32_t wanted = facts.stranger_effect();
  std::size_t alike = 0;
  for (std::size_t i = 0; i < facts.policy.rules.size(); ++i) {
    const std::uint32_t effect = facts.effect(i);
    if (effect != 0 && effect != wanted) return false;
    if (effect != 0) ++alike;
  }
  return alike > facts.catch_alls.size();
}

}  // namespace core
