// The table of first keys: see repeated_keys.hpp.
//
// A slot holds 32 bits of hash and a rule. The table's place for a key comes from the same 32 bits, so that the table
// can grow without asking any rule again; that two keys with equal hashes are equal is verified by comparing patterns.
// Memory is far away when the table is big: keys are put into a small queue whose slots are fetched ahead.
#include "lint/repeated_keys.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <memory>
#include <mutex>

#include "base/large_memory.hpp"
#include "model/key.hpp"

namespace core {
namespace {

std::uint32_t mix(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0x9e3779b97f4a7c15U;
  value ^= value >> 29;
  value *= 0xbf58476d1ce4e5b9U;
  return static_cast<std::uint32_t>(value >> 32);
}

/// One key of one rule. `number` is its octet prefix; 0 for a rule whose only key is no number.
struct Key {
  std::uint32_t hash = 0;
  std::uint32_t rule = 0;
  std::uint64_t number = 0;
};

bool has_number(const ClientPattern& pattern, std::uint64_t number) {
  if (const auto* octets = std::get_if<OctetRange>(&pattern)) {
    const unsigned shift = 24U - octets->varying * 8U;
    const auto value = static_cast<unsigned>(number >> shift & 0xff);
    return value >= octets->low && value <= octets->high && octet_key(prefix_of(*octets, value)) == number;
  }
  bool found = false;
  for_each_octet_prefix(pattern, [&](const Prefix& mine) { found = found || octet_key(mine) == number; });
  return found;
}

class FirstKeys {
 public:
  explicit FirstKeys(const PolicyFacts& facts) : facts_(facts) {
    resize(std::bit_ceil(expected_keys() / 2 * 3 + 16));
    found_.is_sharing.resize(facts.policy.rules.size());
  }

  TakenKeys fill() {
    for (std::uint32_t i = 0; i < facts_.policy.rules.size(); ++i) add_rule(i);
    drain();
    return std::move(found_);
  }

 private:
  void add_rule(std::uint32_t index) {
    // where networks have keys of their own, octets and a network of the same addresses are two keys
    if (facts_.policy.lookup.scheme == &ucspi_tcp6_keys) return add_texts(index);
    if (const std::uint64_t key = facts_.octet_key(index); key != 0) return queue({mix(key), index, key});
    const Rule rule = facts_.rule(index);
    const std::uint64_t salt = rule.info() == 0 ? 0 : std::hash<std::string>()(*facts_.policy.info_of(rule));
    if (const auto host = rule.get_if<HostName>()) return queue({mix(text_hash(host->name) ^ salt), index, 0});
    if (const auto host = rule.get_if<HostSuffix>()) return queue({mix(text_hash(host->suffix) ^ salt), index, 0});
    if (rule.is<RawKey>()) return;
    if (rule.is<AnyClient>() || rule.is<AnyNamedClient>()) return queue({mix(rule.pattern().index() ^ salt), index, 0});
    for_each_octet_prefix(rule.pattern(), [&](const Prefix& key) {
      queue({mix(octet_key(key) ^ salt), index, octet_key(key)});
    });
  }

  void add_texts(std::uint32_t index) {
    if (facts_.rule(index).is<RawKey>()) return;
    for_each_key(facts_.policy, facts_.rule(index), [&](std::string_view key) {
      queue({mix(text_hash(key)), index, 0});
    });
  }

  /// So that the table need not grow in a usual file; ranges that repeat each other need less.
  std::size_t expected_keys() const {
    constexpr std::size_t most = std::size_t{1} << 23;
    std::size_t count = facts_.policy.rules.size();
    for (const std::uint32_t index : facts_.ranges)
      if (const auto octets = facts_.rule(index).get_if<OctetRange>())
        count += static_cast<std::size_t>(octets->high - octets->low);
    return std::min(count, std::max(most, facts_.policy.rules.size()));
  }

  static std::uint64_t text_hash(std::string_view text) { return std::hash<std::string_view>()(text); }

  void queue(const Key& key) {
    __builtin_prefetch(&slots_[key.hash >> shift_], 1);
    queue_[queued_++] = key;
    if (queued_ == queue_.size()) drain();
  }

  void drain() {
    for (std::size_t i = 0; i < queued_; ++i) insert(queue_[i]);
    queued_ = 0;
  }

  void insert(const Key& key) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key.hash >> shift_;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
      if (slots_[at] >> 32 != key.hash) continue;
      const auto earlier = static_cast<std::uint32_t>(slots_[at]) - 1;
      if (is_same_key(facts_.rule(earlier), key)) return meet(slots_[at], earlier, key);
    }
    slots_[at] = slot_of(key);
    if (++used_ * 4 > slots_.size() * 3) resize(slots_.size() * 2);
  }

  static std::uint64_t slot_of(const Key& key) { return std::uint64_t{key.hash} << 32 | (key.rule + 1); }

  bool is_same_key(const Rule& earlier, const Key& key) const {
    const Rule rule = facts_.rule(key.rule);
    if (facts_.policy.info_of(earlier) != facts_.policy.info_of(rule)) return false;
    return key.number == 0 ? earlier.pattern() == rule.pattern() : has_number(earlier.pattern(), key.number);
  }

  /// `key` is one that `earlier` has as well.
  void meet(std::uint64_t& slot, std::uint32_t earlier, const Key& key) {
    if (earlier == key.rule) return;
    const Rule rule = facts_.rule(key.rule);
    if (facts_.policy.lookup.tie == Lookup::Tie::narrowest) {
      const std::uint64_t mine = count_addresses(rule.pattern());
      const std::uint64_t theirs = count_addresses(facts_.rule(earlier).pattern());
      if (mine < theirs) slot = slot_of(key);
      if (mine != theirs) return;
    }
    found_.is_sharing[earlier] = found_.is_sharing[key.rule] = true;
    if (!found_.repeated.empty() && found_.repeated.back().rule == key.rule)
      ++found_.repeated.back().count;
    else
      found_.repeated.push_back(
          {key.rule, earlier, 1, key.number == 0 ? rule.pattern() : ClientPattern(prefix_of_octet_key(key.number))});
  }

  void resize(std::size_t size) {
    std::vector<std::uint64_t> old;
    old.swap(slots_);
    reserve_large(slots_, size);
    slots_.resize(size);
    shift_ = 32U - static_cast<unsigned>(std::bit_width(size) - 1);
    for (const std::uint64_t slot : old) {
      if (slot == 0) continue;
      std::size_t at = static_cast<std::uint32_t>(slot >> 32) >> shift_;
      while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  const PolicyFacts& facts_;
  std::vector<std::uint64_t> slots_;  // hash << 32 | rule + 1; 0 is free
  unsigned shift_ = 0;
  std::size_t used_ = 0;
  std::array<Key, 16> queue_{};
  std::size_t queued_ = 0;
  TakenKeys found_;
};

}  // namespace

const TakenKeys& taken_keys(const PolicyFacts& facts) {
  std::call_once(facts.taken_once,
                 [&facts] { facts.taken = std::make_shared<const TakenKeys>(FirstKeys(facts).fill()); });
  return *facts.taken;
}

}  // namespace core
