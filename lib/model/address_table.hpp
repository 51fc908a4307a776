// AddressTable: what a server's table says of a sender or of a recipient (access maps, relay_domains, ...).
//
// Such tables are asked with keys made of the address, and programs differ in which are asked first. The table says the
// order, kind by kind; inside a kind the longest domain and then the first rule wins, so that a look-up costs a few
// searches by hash, however long the table is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/place_index.hpp"
#include "base/source.hpp"
#include "model/outcome.hpp"

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
  std::string text;           ///< in lower case
  std::uint32_t outcome = 0;  ///< index into AddressTable::outcomes
  Span span = {};
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

  [[nodiscard]] const std::vector<AddressRule>& rules() const { return rules_; }
  /// The index of this outcome, which is added where it is new.
  std::uint32_t outcome(const Outcome& outcome);
  void add(AddressRule rule);
  [[nodiscard]] bool has(AddressKind kind) const { return of_kind_[static_cast<std::size_t>(kind)] != 0; }
  /// The rule that the program finds for `address`; null when there is none.
  [[nodiscard]] const AddressRule* find(const MailAddress& address) const;
  [[nodiscard]] const Outcome& outcome_of(const AddressRule& rule) const { return outcomes[rule.outcome]; }

 private:
  [[nodiscard]] const AddressRule* find(AddressKind kind, std::string_view text) const;
  [[nodiscard]] const AddressRule* find(AddressKind kind, const MailAddress& address) const;
  [[nodiscard]] const AddressRule* find_below(std::string_view domain) const;
  [[nodiscard]] const AddressRule* find_literal_net(std::string_view domain) const;
  [[nodiscard]] const AddressRule* find_whole(AddressKind kind, const MailAddress& address) const;
  [[nodiscard]] bool has_text(std::uint32_t rule, AddressKind kind, std::string_view text) const {
    return rules_[rule].kind == kind && rules_[rule].text == text;
  }

  std::vector<AddressRule> rules_;
  std::unordered_map<Outcome, std::uint32_t, OutcomeHash> outcome_index_;
  PlaceIndex first_;                                       ///< the first rule of each kind with a text
  std::array<std::uint32_t, address_kinds> of_kind_ = {};  ///< how many rules there are of each kind
};

}  // namespace core
