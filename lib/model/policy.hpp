// Policy: the one representation into which every format is read and from which everything else starts.
//
//   text --Format::parse--> Policy --> evaluate, lower to keys, checks, analysis, print
//
// A policy is a list of rules in source order, and what formats leave unsaid: how one rule is chosen among several
// (lookup) and what holds when none matches. Rules are columns (model/rule.hpp), so that a million of them is a normal
// case: what many rules have in common, their outcome, edits, daemons, exceptions and infos, stands once in tables of
// the policy, and a rule holds an index. A policy is a regular value: copy it, keep it.
//
// Invariant: index 0 of each table is "nothing": no edits, every daemon, no exceptions, no info.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/place_index.hpp"
#include "base/source.hpp"
#include "model/client_pattern.hpp"
#include "model/key_scheme.hpp"
#include "model/outcome.hpp"
#include "model/rule.hpp"

namespace core {

/// How one rule is chosen for a client.
struct Lookup {
  enum class By : std::uint8_t {
    key,         ///< keys are asked in the order of the scheme, and the first one that a rule has answers
    first_rule,  ///< the first rule that matches the client answers
  };
  /// Which of several rules with one key answers.
  enum class Tie : std::uint8_t {
    first,      ///< the first one, as in a CDB
    narrowest,  ///< the one for the fewest addresses, or else the first: tcprules-extended
  };
  By by = By::key;
  const KeyScheme* scheme = &tcpserver_keys;  ///< by key
  Tie tie = Tie::first;

  friend bool operator==(const Lookup&, const Lookup&) = default;
};

/// The patterns behind EXCEPT: who is on the list and not on the list of its own exceptions, is excepted.
struct ExceptionList {
  std::vector<ClientPattern> patterns;
  std::vector<std::uint32_t> infos;  ///< empty, or for each pattern the index into Policy::infos
  std::vector<Span> spans;           ///< for each pattern its place; empty in a policy without text
  std::uint32_t exceptions = 0;      ///< index into Policy::exception_lists
};

/// The daemons that a rule is about: those that a pattern names, less the exceptions.
struct DaemonList {
  std::vector<std::string> names;                     ///< patterns of model/word_pattern.hpp; none: every daemon
  std::vector<std::optional<ClientPattern>> servers;  ///< empty, or for each name the server's end of the connection
  std::uint32_t exceptions = 0;                       ///< index into Policy::daemon_lists

  friend bool operator==(const DaemonList&, const DaemonList&) = default;
};

/// An option of a rule that is no verdict and sets no variable: a command to run, a banner, a log level, ...
struct RuleOption {
  std::string keyword;  ///< in lower case
  std::string value;
  Span span;  ///< inside the span of its rule

  /// True when libwrap denies where the process may not do it: take another user or group.
  [[nodiscard]] bool needs_rights() const { return keyword == "user" || keyword == "group"; }
  /// True when a command that nobody runs here decides what becomes of the client: one of aclexec, or one of twist that
  /// may do more than say something and end.
  [[nodiscard]] bool has_command_decide() const;
};

/// Where the pattern of a rule stands that the rule took from a file which it names. Nobody named that file to us:
/// nothing in it may be shown, only where it stands.
struct ListedPattern {
  std::uint32_t rule = 0;  ///< index into Policy::rules
  std::uint32_t file = 0;  ///< index into Policy::pattern_files
  std::uint32_t line = 0;
};

/// A whole rule file, or several that belong together.
class Policy {
 public:
  std::string_view format;  ///< name of the format it was read from
  Lookup lookup;
  /// False when a rule could not be read. Nothing may be written or proved from such a policy: a skipped deny is an
  /// open door.
  bool complete = true;
  /// False when what the program does with a rule is not known here. Where it is only an error, a question about one
  /// client has an answer.
  bool known = true;
  Span span;  ///< the text it was read from
  Rules rules;

  std::vector<EnvEdits> edit_lists = {{}};
  std::vector<DaemonList> daemon_lists = {{}};  ///< an empty list means every daemon
  std::vector<ExceptionList> exception_lists = {{}};
  std::vector<std::optional<std::string>> infos = {
      std::nullopt};                       ///< by first rule: patterns of model/word_pattern.hpp
  std::vector<RuleOption> options;         ///< sorted by place
  std::vector<std::string> pattern_files;  ///< as they may be shown: "'/etc/friends'"
  std::vector<ListedPattern> listed;       ///< sorted by rule

  /// True when its rules are chosen by key, false when the first one that matches is.
  [[nodiscard]] bool is_by_key() const { return lookup.by == Lookup::By::key; }
  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return rules.outcomes(); }
  /// What the program does with clients that no rule is about.
  [[nodiscard]] const Outcome& no_match() const { return rules.outcomes().front(); }
  [[nodiscard]] const EnvEdits& edits_of(const Rule& rule) const { return edit_lists[rule.edits()]; }
  [[nodiscard]] const DaemonList& daemons_of(const Rule& rule) const { return daemon_lists[rule.daemons()]; }
  /// The options of `rule` that are no verdict and set no variable.
  [[nodiscard]] std::span<const RuleOption> options_of(const Rule& rule) const;
  [[nodiscard]] const std::optional<std::string>& info_of(const Rule& rule) const { return infos[rule.info()]; }
  /// What an outcome of this policy does, until the policy changes.
  [[nodiscard]] EffectView effect_of(const Outcome& outcome) const {
    return {outcome.access, outcome.relay, &edit_lists[outcome.allows() ? outcome.edits : 0]};
  }

  /// What may be shown of the pattern of a rule (an index into rules): its `text`, or "line 3 of '/etc/friends'" where
  /// it stands there.
  [[nodiscard]] std::string shown_pattern(std::size_t rule, std::string text) const;

  /// Adds a table entry and returns its index. No entry is looked for: parsers know what they have just seen.
  std::uint32_t add_edits(EnvEdits edits);
  std::uint32_t add_daemons(DaemonList daemons);
  /// The texts of the patterns are copied.
  std::uint32_t add_exceptions(ExceptionList exceptions);
  std::uint32_t add_info(std::string info);
  /// The index of what a rule with this access does and these edits, which only count where it allows.
  std::uint32_t add_outcome(Access access, Relay relay, std::uint32_t edits);
  /// The index of this outcome, which is never that of clients that no rule is about. For formats with replies and
  /// without edits.
  std::uint32_t add_outcome(const Outcome& outcome);
  /// The same for the rules of programs that know relay clients by their environment.
  std::uint32_t add_outcome(Access access, std::uint32_t edits) {
    return add_outcome(access, access == Access::allow ? relay_of(edit_lists[edits]) : Relay::unchanged, edits);
  }
  /// Adds the rules of `other`, which was read from text behind this one's in the same format, by key and without
  /// options.
  void append(Policy&& other);
  /// Forgets all rules and tables, keeps what the format said. For reading a long text piece by piece.
  void clear_rules();

 private:
  PlaceIndex outcome_index_;  ///< of outcomes(), by their effect
  std::unordered_map<Outcome, std::uint32_t, OutcomeHash> exact_outcome_index_;
};

/// The place of an edit's name or value: its relative span moved to where the rule's edits stand.
[[nodiscard]] inline Span place_of(const Rule& rule, Span relative) {
  return {rule.edits_begin() + relative.begin, rule.edits_begin() + relative.end};
}

}  // namespace core
