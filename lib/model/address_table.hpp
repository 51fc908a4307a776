// AddressTable: what a server's table says of a sender or of a recipient (access maps, relay_domains, ...).
//
// Such tables are asked with keys made of the address, and programs differ in which are asked first. The table says the
// order, kind by kind; inside a kind the longest domain and then the first rule wins, so that a look-up costs a few
// searches by hash, however long the table is.
//
// Several uses of one file differ in what they make of its values and in what they ask for, and not in its keys: a copy
// of a table shares the rules, and has outcomes and an order of its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/place_index.hpp"
#include "base/source.hpp"
#include "model/outcome.hpp"
#include "model/text_pool.hpp"

namespace core {

/// A sender or a recipient as a server has read it, in lower case.
struct MailAddress {
  std::string local;                  ///< may be empty
  std::optional<std::string> domain;  ///< none: nothing stands behind an "@", or there is none

  /// "<>": the sender of bounces.
  [[nodiscard]] bool is_null() const { return local.empty() && !domain; }
  /// "local@domain", or the local part alone.
  [[nodiscard]] std::string text() const { return domain ? local + "@" + *domain : local; }
  friend bool operator==(const MailAddress&, const MailAddress&) = default;
};

/// Which addresses a rule is about. `text` is what AddressRule::text then holds.
enum class AddressKind : std::uint8_t {
  whole,         ///< one address: "user@example.org"; without a domain only the local part
  user,          ///< "user": this local part at every domain, and without one
  domain,        ///< "example.org": every address there
  below,         ///< ".example.org": every address at a name below it
  detail,        ///< "user@example.org": every "user+detail@example.org", the part in front of the first "+"
  user_detail,   ///< "user": every "user+detail" at every domain, and without one
  literal_net,   ///< "[10.1]": every address at an address literal that begins so: "[10.1.2.3]"
  no_domain,     ///< every address without a domain
  null_address,  ///< "<>"
  any,           ///< every address
};
inline constexpr std::size_t address_kinds = 10;

struct AddressRule {
  AddressKind kind = AddressKind::domain;
  std::string_view text;      ///< in lower case; of a rule in a table as long as that, or a copy of it, has its rules
  std::uint32_t outcome = 0;  ///< index into AddressTable::outcomes
  Span span = {};
  bool is_found = true;  ///< in a table: false when one before it has the same kind and text
};

/// A table about senders or recipients. A value; look-ups are thread-safe while nothing is added.
class AddressTable {
 public:
  std::string name;                ///< for traces: "relay_domains", "access (From:)"
  std::vector<AddressKind> order;  ///< the kinds that are asked, in this order
  /// Bytes behind the first of which a local part has its extension: `whole` and `user` are asked without it, too, when
  /// nothing was found with it. Mostly empty.
  std::string delimiters;
  bool knows_own_literals = false;  ///< it is asked for literals of the server's own in one spelling; else for the text
  std::vector<Outcome> outcomes;

  /// All of them, also of kinds that are not asked.
  [[nodiscard]] const std::vector<AddressRule>& rules() const { return keys_->rules; }
  /// True when nothing is found, whatever the address.
  [[nodiscard]] bool is_empty() const;
  /// True when it is asked for rules of this kind.
  [[nodiscard]] bool asks(AddressKind kind) const;
  /// True when both have the same rules because one is a copy of the other.
  [[nodiscard]] bool shares_rules_with(const AddressTable& other) const { return keys_ == other.keys_; }
  /// The index of this outcome, which is added where it is new.
  std::uint32_t outcome(const Outcome& outcome);
  /// Copies the text. Tables that shared the rules with this one stay as they were.
  void add(const AddressRule& rule);
  /// As add() of each, for many. Their texts lie in `texts`, or where they live as long as the table and its copies.
  void take(std::vector<AddressRule> rules, TextPool texts);
  [[nodiscard]] bool has(AddressKind kind) const { return keys_->sizes[static_cast<std::size_t>(kind)] != 0; }
  /// The first rule of this kind with this text; null when there is none.
  [[nodiscard]] const AddressRule* find(AddressKind kind, std::string_view text) const;
  /// The rule that the program finds for `address`; null when there is none.
  [[nodiscard]] const AddressRule* find(const MailAddress& address) const;
  [[nodiscard]] const Outcome& outcome_of(const AddressRule& rule) const { return outcomes[rule.outcome]; }

 private:
  struct Keys {
    std::vector<AddressRule> rules;
    TextPool texts;
    PlaceIndex first;  ///< the first rule of each kind with a text
    /// For each kind which sizes its texts have: a bit for each up to 62, and one for all others. Most texts that are
    /// asked for are in no small table, and are not hashed for it.
    std::array<std::uint64_t, address_kinds> sizes = {};

    /// True when rules[place] is the first with its kind and text.
    bool index(std::uint32_t place, std::uint32_t hash);
  };
  Keys& own_keys();
  [[nodiscard]] const AddressRule* find(AddressKind kind, const MailAddress& address) const;
  [[nodiscard]] const AddressRule* find_below(std::string_view domain) const;
  [[nodiscard]] const AddressRule* find_literal_net(std::string_view domain) const;
  [[nodiscard]] const AddressRule* find_whole(AddressKind kind, const MailAddress& address) const;

  std::shared_ptr<Keys> keys_ = std::make_shared<Keys>();
  std::unordered_map<Outcome, std::uint32_t, OutcomeHash> outcome_index_;
};

}  // namespace core
