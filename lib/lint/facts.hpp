// PolicyFacts: what many checks want to know of a policy, found in one walk over its rules.
//
// A check must not walk a million rules for itself when the rules it is about are few: it walks the list that concerns
// it. A rule that matches nobody is in `dead` under one reason, and in no list but `ranges` besides.
#pragma once

#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "lint/context.hpp"
#include "lint/dead_key.hpp"
#include "model/key.hpp"
#include "model/policy.hpp"

namespace core {

/// An octet prefix as one number: its bits, then its address.
[[nodiscard]] inline std::uint64_t octet_key(const Prefix& prefix) {
  return std::uint64_t{prefix.bits} << 32 | prefix.base.ipv4();
}
/// The prefix that octet_key() was made of.
[[nodiscard]] inline Prefix prefix_of_octet_key(std::uint64_t key) {
  return {Address::from_ipv4(static_cast<std::uint32_t>(key)), static_cast<std::uint8_t>(key >> 32)};
}

/// True when all addresses of `inner` lie in `outer`.
[[nodiscard]] inline bool is_within(const Range& inner, const Range& outer) {
  return outer.covers(inner.first) && outer.covers(inner.last);
}
/// IPv4 addresses, each as a number.
[[nodiscard]] inline Range ipv4_range(std::uint32_t first, std::uint32_t last) {
  return {Address::from_ipv4(first), Address::from_ipv4(last)};
}

struct TakenKeys;

/// Indices into Policy::rules, each list in source order.
struct PolicyFacts {
  PolicyFacts(const Policy& policy, const Sources& sources, const CheckContext& context = {});

  const Policy& policy;
  const Sources& sources;
  CheckContext context;
  const ProgramFacts& program;  ///< reads these rules; tcpserver when nobody said which
  /// False when not every rule is known for what it is to `program`: no rule can then be shown to be superfluous.
  bool exact;
  std::array<std::vector<std::uint32_t>, dead_key_count> dead;   ///< rules that match nobody, by DeadKey
  std::array<std::vector<std::uint32_t>, dead_key_count> found;  ///< rules that would be dead, but `program` finds them
  std::vector<std::uint32_t> ranges;     ///< octet ranges and address ranges, and raw keys that are ranges
  std::vector<std::uint32_t> names;      ///< host names, suffixes and "=", with an info or without
  std::vector<std::uint32_t> odd_names;  ///< of these, names longer than a label, with ".." or bytes that are not ASCII
  std::vector<std::uint32_t> allowed_names;      ///< host names, suffixes and "=", of rules that allow
  std::vector<std::uint32_t> catch_alls;         ///< the empty key, ALL
  std::vector<std::uint32_t> nets;               ///< octet prefixes of less than four octets, ranges over them too
  std::vector<std::uint32_t> ipv6_nets;          ///< prefixes of IPv6, whole addresses too
  std::vector<std::uint32_t> relays;             ///< rules that make their clients relay clients, dead ones not
  std::vector<std::uint32_t> with_info;          ///< rules that ask for what ident says
  std::vector<std::uint32_t> denies_with_edits;  ///< denials with variables
  std::vector<bool> is_dead;                     ///< by rule: it matches nobody
  std::vector<std::string_view> variables;       ///< every name that an edit list sets, once
  bool relayclient_has_value = false;            ///< some edit list sets RELAYCLIENT to more than nothing
  mutable std::once_flag taken_once;
  mutable std::shared_ptr<const TakenKeys> taken;  ///< of lint/repeated_keys.hpp, once a check asked for them

  [[nodiscard]] Rule rule(std::uint32_t index) const { return policy.rules[index]; }
  /// What the rule does to a client: equal numbers are effects that no client can tell apart; 0 is a rule that matches
  /// nobody.
  [[nodiscard]] std::uint32_t effect(std::size_t index) const {
    return is_dead[index] ? 0 : policy.rules.outcome_index(index) + 1;
  }
  /// core::octet_key() of the octet prefix that is the rule's only key, 0 for other rules. There may be a million: a
  /// check that can tell from this that a rule is none of its business need not look at the rest of it.
  [[nodiscard]] std::uint64_t octet_key(std::size_t index) const { return policy.rules.octet_number(index); }
  /// From the first to the last of the addresses that the rule is about, be it one address, a network or a range of
  /// either; none for rules about names and about everybody.
  [[nodiscard]] std::optional<Range> addresses_of(std::size_t index) const;
  [[nodiscard]] const std::vector<std::uint32_t>& dead_by(DeadKey reason) const {
    return dead[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] const std::vector<std::uint32_t>& found_by(DeadKey reason) const {
    return found[static_cast<std::size_t>(reason)];
  }
  /// True when the rule makes its clients relay clients.
  [[nodiscard]] bool relays_by(const Rule& rule) const { return rule.outcome().relays(); }
  /// The rule that decides for clients that no other rule is about: the first catch-all. None when there is none, or
  /// when the format chooses by order and not by key.
  [[nodiscard]] std::optional<Rule> catch_all() const;
  /// What holds for clients that no other rule is about, as a number like those of effect().
  [[nodiscard]] std::uint32_t stranger_effect() const;
  /// True when strangers, whom no rule names, are let in.
  [[nodiscard]] bool lets_strangers_in() const;
  /// The address as the author wrote it; empty for a policy without text.
  [[nodiscard]] std::string_view pattern_text(const Rule& rule) const { return sources.text(rule.pattern_span()); }
};

/// The literal `message`, with what stands at `place` in quotes for its {}.
[[nodiscard]] inline Words words_about(Span place, fmt::format_string<std::string> message) {
  return [place, words = fmt::string_view(message)](const Sources& sources) {
    return fmt::format(fmt::runtime(words), quoted(sources.text(place)));
  };
}

/// Adds a finding about the address of `rule`, which is the first {} of the message, in quotes.
template <typename... Args>
Finding& report_rule(const PolicyFacts& facts, Findings& findings, const Rule& rule, const FindingKind& kind,
                     fmt::format_string<std::string, const Args&...> message, const Args&... args) {
  const Span place = rule.pattern_span();
  if constexpr (sizeof...(args) == 0)
    return findings.add(kind, place, words_about(place, message));
  else
    return findings.add(kind, place, fmt::format(message, quoted(facts.pattern_text(rule)), args...));
}

/// Adds a finding about `place`, with what to write instead.
inline Finding& report_at(Findings& findings, const FindingKind& kind, Span place, std::string message,
                          std::string help) {
  return findings.add(kind, place, std::move(message)).with_help(std::move(help));
}

}  // namespace core
