// Keys of rules: the texts under which a rule is found, in the order in which tcprules writes them.
//
// What clients are asked with, and what a text means to them, is the business of model/key_scheme.hpp. Here are the
// octets that most rules are made of, since rules come by the million, and the walk from a rule to its keys.
#pragma once

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/key_scheme.hpp"
#include "model/policy.hpp"

namespace core {

/// 1 to 4 octets without leading zeros, each but a fourth one with its dot: "10.", "10.2.3.", "10.2.3.4".
struct Octets {
  std::array<std::uint8_t, 4> value{};  ///< zero where there are fewer
  std::uint8_t count = 0;
  std::uint8_t size = 0;  ///< bytes of text that were read
};
/// Reads octets at the front of `text`; `count` is 0 when it does not begin with any, or goes on with half of one.
[[nodiscard]] Octets scan_octets(std::string_view text);
/// Reads a text that is octets and nothing else.
[[nodiscard]] std::optional<Octets> parse_octets(std::string_view text);

/// The addresses that octets stand for: a /8, /16, /24 or /32.
[[nodiscard]] inline Prefix prefix_of(const Octets& octets) {
  Prefix prefix;
  std::memcpy(prefix.base.bytes.data(), octets.value.data(), octets.value.size());
  prefix.bits = static_cast<std::uint8_t>(octets.count * 8);
  return prefix;
}
/// True for a prefix that octets can stand for.
[[nodiscard]] inline bool is_octet_prefix(const Prefix& prefix) {
  return prefix.base.family == Family::ipv4 && prefix.bits != 0 && prefix.bits % 8 == 0;
}
/// The prefix that `range` means where its running octet is `value`.
[[nodiscard]] Prefix prefix_of(const OctetRange& range, unsigned value);

/// Calls `visit(const Prefix&)` for every octet prefix ("10.", "10.1.2.3") that is a key of a rule for `pattern`; IPv4
/// only.
template <typename Visit>
void for_each_octet_prefix(const ClientPattern& pattern, Visit&& visit);

/// Appends the key for an octet prefix: "10.1." or "10.1.2.3". False, and nothing appended, for any other.
bool append_octet_key(std::string& out, const Prefix& prefix);

/// Calls `visit(std::string_view key)` for each key under which `rule` of a policy that thinks in keys is found, in the
/// order in which tcprules writes them. The text is only valid during the call. What the policy's scheme has no keys
/// for has none: lowering refuses it.
template <typename Visit>
void for_each_key(const Policy& policy, const Rule& rule, Visit&& visit);

/// The same for a pattern alone, each key behind `before`: "INFO@", or nothing.
template <typename Visit>
void for_each_key(const KeyScheme& scheme, const ClientPattern& pattern, const std::string& before, Visit&& visit);

// ---- implementation of the template
// ---------------------------------------------------------------------------------------

namespace detail {

/// "0." to "255.": the text of every octet, with its dot. Rules come by the million, and most are made of these.
struct OctetText {
  std::array<char, 4> text{};
  std::uint8_t digits = 0;  ///< without the dot
};
consteval std::array<OctetText, 256> make_octet_texts() {
  std::array<OctetText, 256> texts{};
  for (unsigned octet = 0; octet < 256; ++octet) {
    OctetText& entry = texts[octet];
    if (octet >= 100) entry.text[entry.digits++] = static_cast<char>('0' + octet / 100);
    if (octet >= 10) entry.text[entry.digits++] = static_cast<char>('0' + octet / 10 % 10);
    entry.text[entry.digits++] = static_cast<char>('0' + octet % 10);
    entry.text[entry.digits] = '.';
  }
  return texts;
}
inline constexpr std::array<OctetText, 256> octet_texts = make_octet_texts();

/// A numeric key under construction, without allocation. Room for four times four bytes: each copy writes four.
class ShortKey {
 public:
  void clear() { size_ = 0; }
  void append_octet(unsigned octet) { append(octet, 0); }
  void append_octet_and_dot(unsigned octet) { append(octet, 1); }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  void append(unsigned octet, unsigned dot) {
    const OctetText& entry = octet_texts[octet];
    std::memcpy(text_.data() + size_, entry.text.data(), entry.text.size());
    size_ += entry.digits + dot;
  }
  std::array<char, 16> text_;
  std::size_t size_ = 0;
};

inline void append_octets(ShortKey& key, const std::uint8_t* octets, unsigned count) {
  for (unsigned i = 0; i < count && i < 3; ++i) key.append_octet_and_dot(octets[i]);
  if (count == 4) key.append_octet(octets[3]);
}

/// The octet keys that together are a range of IPv4.
template <typename Say>
void say_ipv4_keys(const Range& range, Say&& say) {
  for (const Prefix& part : prefixes_of(range, 8)) {
    ShortKey key;
    // All of IPv4. The empty key would say more: IPv6 clients as well.
    for (unsigned octet = 0; part.bits == 0 && octet < 256; ++octet) {
      key.clear();
      key.append_octet_and_dot(octet);
      say(key.view());
    }
    if (part.bits == 0) continue;
    append_octets(key, part.base.bytes.data(), part.bits / 8U);
    say(key.view());
  }
}

template <typename Visit>
struct KeyVisitor {
  const KeyScheme& scheme;
  const std::string& before;
  Visit& visit;

  void say(std::string_view key) const {
    if (before.empty())
      visit(key);
    else
      visit(std::string_view(before + std::string(key)));
  }
  void say_all(const Keys& keys) const {
    for (const std::string& key : keys) say(key);
  }
  void operator()(const AnyClient&) const { say(""); }
  void operator()(const AnyNamedClient&) const { say("="); }
  void operator()(const HostName& host) const { say(std::string("=").append(host.name)); }
  void operator()(const HostSuffix& host) const { say(std::string("=").append(host.suffix)); }
  void operator()(const Prefix& prefix) const {
    if (prefix.base.family == Family::ipv4)
      return say_ipv4_keys(range_of(prefix), [this](std::string_view key) { say(key); });
    Keys keys;
    if (scheme.add_ipv6_keys(prefix, keys)) say_all(keys);
  }
  void operator()(const CidrNetwork& cidr) const {
    Keys keys;
    if (scheme.add_cidr_key(cidr.network, keys)) say_all(keys);
  }
  void operator()(const Range& range) const {
    if (range.first.family == Family::ipv4) return say_ipv4_keys(range, [this](std::string_view key) { say(key); });
    for (const Prefix& part : prefixes_of(range)) (*this)(part);
  }
  void operator()(const OctetRange& range) const {
    std::uint8_t octets[4] = {range.octets[0], range.octets[1], range.octets[2], range.octets[3]};
    ShortKey key;
    for (unsigned value = range.low; value <= range.high; ++value) {
      octets[range.varying] = static_cast<std::uint8_t>(value);
      key.clear();
      append_octets(key, octets, range.count);
      say(key.view());
    }
  }
  void operator()(const RawKey& raw) const {
    if (!raw.is_range()) return say(raw.text);
    for (unsigned value = raw.low; value <= raw.high; ++value)
      say(std::string(raw.text.substr(0, raw.hole_begin))
              .append(std::to_string(value))
              .append(raw.text.substr(raw.hole_end)));
  }
  // no list of keys is about these; formats that think in keys have none
  void operator()(const NameClass&) const {}
  void operator()(const MaskedAddress&) const {}
  void operator()(const TextPattern&) const {}
};

}  // namespace detail

template <typename Visit>
void for_each_octet_prefix(const ClientPattern& pattern, Visit&& visit) {
  if (const auto* octets = std::get_if<OctetRange>(&pattern)) {
    for (unsigned value = octets->low; value <= octets->high; ++value) visit(prefix_of(*octets, value));
    return;
  }
  const auto* prefix = std::get_if<Prefix>(&pattern);
  if (prefix != nullptr && is_octet_prefix(*prefix)) return visit(*prefix);
  for (const Range& range : ranges_of(pattern)) {
    if (range.first.family != Family::ipv4) continue;
    for (const Prefix& part : prefixes_of(range, 8)) {
      // no octet prefix is all of IPv4
      for (unsigned octet = 0; part.bits == 0 && octet < 256; ++octet)
        visit(make_prefix(Address::from_ipv4(octet << 24), 8));
      if (part.bits != 0) visit(part);
    }
  }
}

template <typename Visit>
void for_each_key(const KeyScheme& scheme, const ClientPattern& pattern, const std::string& before, Visit&& visit) {
  std::visit(detail::KeyVisitor<Visit>{scheme, before, visit}, pattern);
}

template <typename Visit>
void for_each_key(const Policy& policy, const Rule& rule, Visit&& visit) {
  if (const std::uint64_t octets = policy.rules.octet_number(rule.index()); octets != 0) {
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(octets >> 24), static_cast<std::uint8_t>(octets >> 16),
                                  static_cast<std::uint8_t>(octets >> 8), static_cast<std::uint8_t>(octets)};
    detail::ShortKey key;
    detail::append_octets(key, bytes, static_cast<unsigned>(octets >> 32) / 8U);
    return visit(key.view());
  }
  const std::optional<std::string>& info = policy.info_of(rule);
  for_each_key(*policy.lookup.scheme, rule.pattern(), info ? *info + "@" : std::string(), visit);
}

}  // namespace core
