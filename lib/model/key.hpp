// Keys: the language in which tcpserver asks a CDB about a client.
//
// A rule has keys (which texts would find it), a client has keys (which texts are asked, in which order). The first
// text that is in both decides. Both directions stand here and nowhere else outside the runtime library, which has its own
// small reading on purpose and is held equal by a test.
// Source of the order: ucspi-tcp 0.88, rules.c.
//
//   1 INFO@IP   2 INFO@=HOST   3 IP   4 =HOST   5 prefixes of IP that end in a dot, longest first
//   6 = and the suffixes of HOST that begin with a dot, longest first   7 "="   8 the empty key
#pragma once

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/policy.hpp"

namespace core {

/// The keys that are asked for `client`, in order. `client.host` is asked as it is: give it in lower case.
[[nodiscard]] std::vector<std::string> keys_asked_for(const Client& client);

/// What a literal key says: its pattern, and the info before an "@". Text that no client is asked with becomes a RawKey.
struct KeyMeaning {
  ClientPattern pattern;
  std::optional<std::string> info;
};
[[nodiscard]] KeyMeaning parse_key(std::string_view key);

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

/// Calls `visit(const Prefix&)` for every octet prefix ("10.", "10.1.2.3") that is a key of a rule for `pattern`; IPv4 only.
template <typename Visit>
void for_each_octet_prefix(const ClientPattern& pattern, Visit&& visit);

/// Appends the key for all of `prefix`: "10.1." or "10.1.2.3", or an IPv6 address. False, and nothing appended, when one key
/// cannot say it.
bool append_prefix_key(std::string& out, const Prefix& prefix);

/// Calls `visit(std::string_view key)` for each key under which `rule` is found, in the order in which tcprules writes them.
/// The text is only valid during the call. An IPv6 prefix shorter than 128 bits has no keys: lowering refuses it before.
template <typename Visit>
void for_each_key(const Policy& policy, const Rule& rule, Visit&& visit);

// ---- implementation of the template ---------------------------------------------------------------------------------------

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

template <typename Visit>
void visit_prefix_keys(const Prefix& prefix, Visit&& visit);
template <typename Visit>
void visit_range_keys(const Range& range, Visit&& visit);

template <typename Visit>
struct KeyVisitor {
  const std::string& before;  // "INFO@" or empty
  Visit& visit;

  void say(std::string_view key) const {
    if (before.empty())
      visit(key);
    else
      visit(std::string_view(before + std::string(key)));
  }
  void operator()(const AnyClient&) const { say(""); }
  void operator()(const AnyNamedClient&) const { say("="); }
  void operator()(const HostName& host) const { say("=" + host.name); }
  void operator()(const HostSuffix& host) const { say("=" + host.suffix); }
  void operator()(const Prefix& prefix) const {
    visit_prefix_keys(prefix, [this](std::string_view key) { say(key); });
  }
  void operator()(const Range& range) const {
    visit_range_keys(range, [this](std::string_view key) { say(key); });
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
      say(raw.text.substr(0, raw.hole_begin) + std::to_string(value) + raw.text.substr(raw.hole_end));
  }
  // no list of keys is about these; formats that think in keys have none
  void operator()(const NameClass&) const {}
  void operator()(const MaskedAddress&) const {}
  void operator()(const TextPattern&) const {}
};

template <typename Visit>
void visit_prefix_keys(const Prefix& prefix, Visit&& visit) {
  if (prefix.base.family == Family::ipv6) {
    if (prefix.bits == 128) visit(std::string_view(format_address(prefix.base)));
    return;
  }
  if (prefix.bits % 8 != 0 || prefix.bits == 0) return visit_range_keys(range_of(prefix), visit);
  ShortKey key;
  append_octets(key, prefix.base.bytes.data(), prefix.bits / 8U);
  visit(key.view());
}

template <typename Visit>
void visit_range_keys(const Range& range, Visit&& visit) {
  if (range.first.family == Family::ipv6) return;
  for (const Prefix& part : prefixes_of(range, 8)) {
    if (part.bits != 0) {
      visit_prefix_keys(part, visit);
      continue;
    }
    // All of IPv4. The empty key would say more: IPv6 clients as well.
    for (unsigned octet = 0; octet < 256; ++octet)
      visit_prefix_keys(make_prefix(Address::from_ipv4(octet << 24), 8), visit);
  }
}

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
void for_each_key(const Policy& policy, const Rule& rule, Visit&& visit) {
  if (const auto* prefix = std::get_if<Prefix>(&rule.pattern); prefix != nullptr && rule.info == 0)
    return detail::visit_prefix_keys(*prefix, visit);
  const std::optional<std::string>& info = policy.info_of(rule);
  const std::string before = info ? *info + "@" : std::string();
  std::visit(detail::KeyVisitor<Visit>{before, visit}, rule.pattern);
}

}  // namespace core
