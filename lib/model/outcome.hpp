// Outcome: what a rule does to a client, said once.
//
// Formats write it in many ways: a verdict and variables, RELAY, a network in mynetworks. Whoever reads a format states
// what follows from it, relaying too, and nobody behind guesses that again from the name of a variable.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"

namespace core {

/// What becomes of a client that a rule is about.
enum class Access : std::uint8_t {
  deny,
  allow,
  defer,    ///< refused for now
  discard,  ///< taken and thrown away
  pass,     ///< no opinion: whoever is asked next decides
};

/// True for what keeps mail out, for good or for now.
[[nodiscard]] constexpr bool is_refusal(Access access) { return access == Access::deny || access == Access::defer; }

/// "deny", "allow", "defer", "discard", "pass".
[[nodiscard]] std::string_view access_name(Access access);

/// What it does to the client's right to send to any domain.
enum class Relay : std::uint8_t { unchanged, grant, revoke };

/// Two rules do the same exactly when their outcomes are equal; Policy keeps each outcome once.
struct Outcome {
  Access access = Access::allow;
  Relay relay = Relay::unchanged;
  std::uint32_t edits = 0;  ///< what remains of the environment edits: index into Policy::edit_lists; 0 for none
  std::uint32_t reply = 0;  ///< index into Site::replies, where a format has such; 0 for none

  [[nodiscard]] bool allows() const { return access == Access::allow; }
  /// True when the client is let in and may send to any domain.
  [[nodiscard]] bool relays() const { return allows() && relay == Relay::grant; }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// For each of `outcomes` the first that is equal.
[[nodiscard]] std::vector<std::uint32_t> first_equal(const std::vector<Outcome>& outcomes);
/// For each of `outcomes` the first that differs from it in its reply at most: a decision never rests on words.
[[nodiscard]] std::vector<std::uint32_t> first_but_for_replies(std::vector<Outcome> outcomes);

struct OutcomeHash {
  std::size_t operator()(const Outcome& outcome) const {
    const auto kind = static_cast<std::size_t>(outcome.access) * 3 + static_cast<std::size_t>(outcome.relay);
    return (kind * 1'000'003 + outcome.edits) * 1'000'003 + outcome.reply;
  }
};

/// One change of the environment that an allowed connection runs with.
struct EnvEdit {
  std::string assignment;       ///< "NAME=VALUE"; for an unset only "NAME"
  std::uint32_t name_size = 0;  ///< length of NAME, which may be empty or odd: checks talk about that
  bool unset = false;
  bool expands = false;  ///< the value has percent expansions: see model/percent.hpp
  Span name_span;        ///< relative to the start of the rule's edits (Rule::edits_begin)
  Span value_span;       ///< likewise; without the quotes

  [[nodiscard]] std::string_view name() const { return std::string_view(assignment).substr(0, name_size); }
  [[nodiscard]] std::string_view value() const {
    return unset ? std::string_view() : std::string_view(assignment).substr(name_size + 1);
  }
  /// Same effect; where it was written does not count, nor where the name ends: the program that runs sees NAME=VALUE.
  [[nodiscard]] bool same_effect(const EnvEdit& other) const {
    return unset == other.unset && expands == other.expands && assignment == other.assignment;
  }
};

using EnvEdits = std::vector<EnvEdit>;

/// What remains of `edits` when all are carried out: the last one of each variable, sorted by name.
[[nodiscard]] EnvEdits remaining(const EnvEdits& edits);
/// True when all of them remain, in this order.
[[nodiscard]] bool all_remain(const EnvEdits& edits);

/// The edit of `edits` that sets `name`, the last one when there are several; null when there is none.
[[nodiscard]] const EnvEdit* find_edit(std::span<const EnvEdit> edits, std::string_view name);

/// All that a client can tell of an outcome without its words: what two policies decide alike has equal effects. The
/// edits must live and be what remains of them.
struct EffectView {
  Access access;
  Relay relay;
  const EnvEdits* edits;

  friend bool operator==(const EffectView& a, const EffectView& b);
  /// Equal for equal effects.
  [[nodiscard]] std::uint64_t hash() const;
};

/// What edits of smtpd's environment do to relaying: RELAYCLIENT set, to whatever value, grants it.
/// Source: qmail-smtpd.c:250, env_get("RELAYCLIENT") is only compared with null.
[[nodiscard]] Relay relay_of(const EnvEdits& edits);

}  // namespace core
