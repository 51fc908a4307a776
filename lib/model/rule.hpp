// Rules: the rules of a policy as columns, and Rule, a view of one of them.
//
// A million rules are a normal case, so that each takes 40 bytes: eight for the pattern, twelve for what it does and
// when, twenty for where it stands. What many rules have in common stands once in a table, and a rule holds its index.
// A walk that looks at one column touches nothing of the others.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/source.hpp"
#include "model/client_pattern.hpp"
#include "model/outcome.hpp"
#include "model/text_pool.hpp"

namespace core {

class Rules;

/// What must hold besides the pattern. Indices into the policy's tables; 0 is "nothing is asked".
struct Condition {
  std::uint32_t daemons = 0;     ///< Policy::daemon_lists
  std::uint32_t exceptions = 0;  ///< Policy::exception_lists
  std::uint32_t info = 0;        ///< Policy::infos

  friend bool operator==(const Condition&, const Condition&) = default;
};

/// Where a rule stands.
struct RulePlace {
  Span span;                      ///< the whole rule, without its line end
  Span pattern;                   ///< the address part, with its info
  std::uint32_t edits_begin = 0;  ///< where the text of the edits starts
};

/// A rule to be added. The texts of the pattern are copied when it is.
struct NewRule {
  ClientPattern pattern;
  std::uint32_t outcome = 0;  ///< Policy::add_outcome
  std::uint32_t edits = 0;    ///< the edits as they are written: Policy::edit_lists
  Condition condition = {};
  RulePlace place = {};
};

/// One line of a policy, or one client pattern of a line that lists several: a view, to be passed by value, as long as
/// the rules live and none is removed.
class Rule {
 public:
  Rule(const Rules& rules, std::uint32_t index) : rules_(&rules), index_(index) {}

  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] inline ClientPattern pattern() const;
  /// The pattern, if it is of this kind.
  template <typename Kind>
  [[nodiscard]] std::optional<Kind> get_if() const;
  /// True when the pattern is of this kind.
  template <typename Kind>
  [[nodiscard]] bool is() const {
    return get_if<Kind>().has_value();
  }
  /// Index into Policy::outcomes: equal for rules that do the same.
  [[nodiscard]] inline std::uint32_t outcome_index() const;
  [[nodiscard]] inline const Outcome& outcome() const;
  [[nodiscard]] Access access() const { return outcome().access; }
  /// The edits as they are written: index into Policy::edit_lists.
  [[nodiscard]] inline std::uint32_t edits() const;
  [[nodiscard]] inline const Condition& condition() const;
  [[nodiscard]] std::uint32_t daemons() const { return condition().daemons; }
  [[nodiscard]] std::uint32_t exceptions() const { return condition().exceptions; }
  [[nodiscard]] std::uint32_t info() const { return condition().info; }
  [[nodiscard]] inline Span span() const;
  [[nodiscard]] inline Span pattern_span() const;
  [[nodiscard]] inline std::uint32_t edits_begin() const;

  friend bool operator==(const Rule& a, const Rule& b) { return a.index_ == b.index_; }

 private:
  const Rules* rules_;
  std::uint32_t index_;
};

/// All rules of a policy, in source order, with the tables of what they have in common.
class Rules {
 public:
  /// What a pattern looks like in its eight bytes. Equal codes are equal patterns.
  using Code = std::uint64_t;

  Rules() : outcomes_(1), conditions_(1) {}

  [[nodiscard]] std::size_t size() const { return codes_.size(); }
  [[nodiscard]] bool empty() const { return codes_.empty(); }
  [[nodiscard]] Rule operator[](std::size_t index) const { return {*this, static_cast<std::uint32_t>(index)}; }
  [[nodiscard]] Rule front() const { return (*this)[0]; }
  [[nodiscard]] Rule back() const { return (*this)[size() - 1]; }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Rule;
    using difference_type = std::ptrdiff_t;
    using pointer = std::optional<Rule>;
    using reference = Rule;

    Iterator(const Rules& rules, std::uint32_t index) : rules_(&rules), index_(index) {}
    Rule operator*() const { return {*rules_, index_}; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    const Rules* rules_;
    std::uint32_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, static_cast<std::uint32_t>(size())}; }

  /// Makes room for `more` rules.
  void make_room(std::size_t more);
  void add(const NewRule& rule);
  /// Adds a rule for octets without any condition: most of a million are such.
  void add(const Prefix& octets, std::uint32_t outcome, std::uint32_t edits, const RulePlace& place);
  /// Where the table entries of rules went that are appended.
  struct NewPlaces {
    std::vector<std::uint32_t> outcomes;  ///< by old index
    std::uint32_t edits = 0;              ///< by how much indices grow
    std::uint32_t infos = 0;
  };
  /// Adds the rules of `other`, which ask for no daemons and have no exceptions.
  void append(Rules&& other, const NewPlaces& places);
  /// Forgets the rules from `size` on; their texts stay.
  void shrink(std::size_t size);
  void clear();

  /// The octet prefix that is rule `index`'s pattern, where it asks for no info; none for all other rules. Faster than
  /// pattern().
  [[nodiscard]] std::optional<Prefix> octets(std::size_t index) const {
    const std::uint64_t number = octet_number(index);
    return number == 0 ? std::nullopt : std::optional(octets_of(number));
  }
  /// The same as one number, its bits from 32 on and its address below; 0 for all other rules. Walks over a million
  /// rules ask for nothing else.
  [[nodiscard]] std::uint64_t octet_number(std::size_t index) const {
    const Code code = codes_[index];
    const bool is_plain = code >> kind_shift == octets_kind && conditions_[conditions_of_[index]].info == 0;
    return is_plain ? code & 0xff'ffff'ffffU : 0;
  }
  [[nodiscard]] Code code(std::size_t index) const { return codes_[index]; }
  [[nodiscard]] std::uint32_t outcome_index(std::size_t index) const { return outcomes_of_[index]; }
  /// Fetches what outcome_index will look at. GCC takes a function that only fetches for one that does nothing, and
  /// leaves its calls out: this one is inline wherever it is called.
  [[gnu::always_inline]] void fetch_outcome(std::size_t index) const { __builtin_prefetch(&outcomes_of_[index]); }

  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }
  [[nodiscard]] const std::vector<Condition>& conditions() const { return conditions_; }
  /// What holds for clients that no rule is about: outcome 0.
  void set_no_match(const Outcome& outcome) { outcomes_.front() = outcome; }
  /// Adds an outcome that is not there yet: Policy knows which are.
  std::uint32_t add_outcome(const Outcome& outcome) {
    outcomes_.push_back(outcome);
    return static_cast<std::uint32_t>(outcomes_.size() - 1);
  }
  /// What all rules with this outcome do from now on.
  void set_outcome(std::uint32_t index, const Outcome& outcome) { outcomes_[index] = outcome; }
  /// Copies the text of a pattern that no rule holds; as long as the rules live. The text of a name has "=" in front of
  /// it, as that of every name in a rule (model/name_pattern.hpp).
  [[nodiscard]] ClientPattern keep(const ClientPattern& pattern);

 private:
  friend class Rule;
  static constexpr unsigned kind_shift = 60;
  enum Kind : std::uint8_t {
    any_kind,
    any_named_kind,
    octets_kind,
    octet_range_kind,
    host_kind,
    suffix_kind,
    other_kind
  };

  static Prefix octets_of(Code code) {
    return {Address::from_ipv4(static_cast<std::uint32_t>(code)), static_cast<std::uint8_t>(code >> 32 & 0xff)};
  }
  /// "=NAME" of a host name or a suffix.
  [[nodiscard]] std::string_view name_key_of(Code code) const {
    return texts_.view(code & 0xfffffffffU, code >> 36 & 0xffffff);
  }
  [[nodiscard]] ClientPattern pattern_of(Code code) const;
  [[nodiscard]] Code code_of(const ClientPattern& pattern);
  [[nodiscard]] Code code_of_name(Kind kind, std::string_view name, const ClientPattern& pattern);
  std::uint32_t add_condition(const Condition& condition);

  struct Place {
    std::uint32_t begin;
    std::uint32_t size;
    std::uint32_t pattern_begin;  ///< relative to begin
    std::uint32_t pattern_size;
    std::uint32_t edits_begin;  ///< relative to begin
  };

 public:
  static constexpr std::size_t bytes_a_rule = sizeof(Code) + 3 * sizeof(std::uint32_t) + sizeof(Place);

 private:
  std::vector<Code> codes_;
  std::vector<std::uint32_t> outcomes_of_;
  std::vector<std::uint32_t> edits_of_;
  std::vector<std::uint32_t> conditions_of_;
  std::vector<Place> places_;

  TextPool texts_;
  std::vector<ClientPattern> others_;  ///< patterns that eight bytes cannot say
  std::vector<Outcome> outcomes_;      ///< the first one is for clients that no rule is about
  std::vector<Condition> conditions_;  ///< the first one asks for nothing
  struct ConditionHash {
    std::size_t operator()(const Condition& condition) const {
      return (std::size_t{condition.daemons} * 31 + condition.exceptions) * 1'000'003 + condition.info;
    }
  };
  std::unordered_map<Condition, std::uint32_t, ConditionHash> condition_index_;
};

inline ClientPattern Rule::pattern() const { return rules_->pattern_of(rules_->codes_[index_]); }
inline std::uint32_t Rule::outcome_index() const { return rules_->outcomes_of_[index_]; }
inline const Outcome& Rule::outcome() const { return rules_->outcomes_[rules_->outcomes_of_[index_]]; }
inline std::uint32_t Rule::edits() const { return rules_->edits_of_[index_]; }
inline const Condition& Rule::condition() const { return rules_->conditions_[rules_->conditions_of_[index_]]; }
inline Span Rule::span() const {
  const Rules::Place& place = rules_->places_[index_];
  return {place.begin, place.begin + place.size};
}
inline Span Rule::pattern_span() const {
  const Rules::Place& place = rules_->places_[index_];
  const std::uint32_t begin = place.begin + place.pattern_begin;
  return {begin, begin + place.pattern_size};
}
inline std::uint32_t Rule::edits_begin() const {
  const Rules::Place& place = rules_->places_[index_];
  return place.begin + place.edits_begin;
}

template <typename Kind>
std::optional<Kind> Rule::get_if() const {
  const ClientPattern mine = pattern();
  const auto* kind = std::get_if<Kind>(&mine);
  return kind == nullptr ? std::nullopt : std::optional<Kind>(*kind);
}

}  // namespace core
