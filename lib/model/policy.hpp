// Policy: the one representation into which every format is read and from which everything else starts.
//
//   text --Format::parse--> Policy --> evaluate, lower to keys, checks, analysis, print
//
// A policy is a list of rules in source order, and what formats leave unsaid: how one rule is chosen among several
// (resolution) and what holds when none matches. Rules are small and plain, so that a million of them is a normal case:
// what many rules have in common, their environment edits, daemons, exceptions and infos, stands once in tables of the policy, and a
// rule holds an index. Everything is a regular value: copy it, compare it, keep it.
//
// Invariant: index 0 of each table is "nothing": no edits, every daemon, no exceptions, no info.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "model/client_pattern.hpp"

namespace core {

/// What a rule or a policy says of a client. no_match is a policy's answer only.
enum class Verdict : std::uint8_t { deny, allow, no_match };

/// "deny", "allow" or "no match".
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

/// How one rule is chosen for a client.
enum class Resolution : std::uint8_t {
  key_order,  ///< tcpserver: keys are asked in a fixed order, the first rule with that key answers
  narrowest_key,  ///< tcprules-extended: as key_order, but of rules with the same key the one for the fewest addresses answers
  first_match,  ///< hosts_access: the first rule that matches the client answers
};

/// One change of the environment that an allowed connection runs with.
struct EnvEdit {
  std::string assignment;       ///< "NAME=VALUE"; for an unset only "NAME"
  std::uint32_t name_size = 0;  ///< length of NAME, which may be empty or odd: checks talk about that
  bool unset = false;
  Span name_span;        ///< relative to the start of the rule's edits (Rule::edits_begin)
  Span value_span;       ///< likewise; without the quotes
  bool expands = false;  ///< the value has percent expansions: see model/percent.hpp

  [[nodiscard]] std::string_view name() const { return std::string_view(assignment).substr(0, name_size); }
  [[nodiscard]] std::string_view value() const {
    return unset ? std::string_view() : std::string_view(assignment).substr(name_size + 1);
  }
  /// Same effect; where it was written does not count.
  [[nodiscard]] bool same_effect(const EnvEdit& other) const {
    return unset == other.unset && expands == other.expands && name_size == other.name_size &&
           assignment == other.assignment;
  }
};

using EnvEdits = std::vector<EnvEdit>;

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

/// An option of a rule that changes no decision: a command to run, a banner, a log level, ...
struct RuleOption {
  std::string keyword;  ///< in lower case
  std::string value;
  Span span;  ///< inside the span of its rule
};

/// One line of a policy, or one client pattern of a line that lists several.
struct Rule {
  // Without this, making a rule would first clear all of its bytes: rules come by the million.
  Rule() noexcept {}  // NOLINT(modernize-use-equals-default)

  ClientPattern pattern;
  Verdict verdict = Verdict::allow;
  std::uint32_t edits = 0;        ///< index into Policy::edit_lists
  std::uint32_t daemons = 0;      ///< index into Policy::daemon_lists
  std::uint32_t exceptions = 0;   ///< index into Policy::exception_lists
  std::uint32_t info = 0;         ///< index into Policy::infos
  Span span;                      ///< the whole rule, without its line end
  Span pattern_span;              ///< the address part, with its info
  Span verdict_span;              ///< "allow" or "deny"; empty where it is only implied
  std::uint32_t edits_begin = 0;  ///< where the text of the edits starts
};

/// A whole rule file, or several that belong together.
class Policy {
 public:
  std::string_view format;  ///< name of the format it was read from
  Resolution resolution = Resolution::key_order;
  Verdict no_match = Verdict::allow;  ///< what the program does when no rule matches
  /// False when a rule could not be read. Nothing may be written or proved from such a policy: a skipped deny is an open door.
  bool complete = true;
  Span span;  ///< the text it was read from
  std::vector<Rule> rules;

  std::vector<EnvEdits> edit_lists = {{}};
  std::vector<DaemonList> daemon_lists = {{}};  ///< an empty list means every daemon
  std::vector<ExceptionList> exception_lists = {{}};
  std::vector<std::optional<std::string>> infos = {std::nullopt};  ///< first_match: patterns of model/word_pattern.hpp
  std::vector<RuleOption> options;                                 ///< sorted by place

  [[nodiscard]] const EnvEdits& edits_of(const Rule& rule) const { return edit_lists[rule.edits]; }
  [[nodiscard]] const DaemonList& daemons_of(const Rule& rule) const { return daemon_lists[rule.daemons]; }
  /// The options of `rule` that change no decision.
  [[nodiscard]] std::span<const RuleOption> options_of(const Rule& rule) const;
  [[nodiscard]] const std::optional<std::string>& info_of(const Rule& rule) const { return infos[rule.info]; }

  /// Adds a table entry and returns its index. No entry is looked for: parsers know what they have just seen.
  std::uint32_t add_edits(EnvEdits edits);
  std::uint32_t add_daemons(DaemonList daemons);
  std::uint32_t add_exceptions(ExceptionList exceptions);
  std::uint32_t add_info(std::string info);
  /// Moves the rules of `other`, which was read from text behind this one's, to the end of the rules. Its tables come along.
  void append(Policy&& other);
  /// Forgets all rules and tables, keeps what the format said. For reading a long text piece by piece.
  void clear_rules();
};

/// The place of an edit's name or value: its relative span moved to where the rule's edits stand.
[[nodiscard]] inline Span place_of(const Rule& rule, Span relative) {
  return {rule.edits_begin + relative.begin, rule.edits_begin + relative.end};
}

/// Who is asking: what a server knows of a connection.
struct Client {
  Address address;
  std::optional<std::string> host;  ///< reverse DNS name in lower case; none when there is none
  std::optional<std::string> info;  ///< what ident said
};

/// True when a client with these edits may send to any domain: RELAYCLIENT is set, to whatever value.
/// Source: qmail-smtpd.c:250, env_get("RELAYCLIENT") is only compared with null.
[[nodiscard]] bool grants_relay(const EnvEdits& edits);

}  // namespace core
