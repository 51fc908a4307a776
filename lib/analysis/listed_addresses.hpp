// Listed addresses: what some tables and lists of destinations have, each domain and each address once, and samples of
// what they do not have.
//
// A million entries are gone through where they stand: what is small and in many tables is looked for in all of them.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/place_index.hpp"
#include "model/address_table.hpp"
#include "model/destinations.hpp"
#include "model/text_pool.hpp"

namespace core::analysis {

/// For each AddressKind.
using AddressKinds = std::array<bool, address_kinds>;
[[nodiscard]] inline std::size_t place_of(AddressKind kind) { return static_cast<std::size_t>(kind); }

/// Texts, each once. Views of what is inserted.
class Texts {
 public:
  void insert(std::string_view text) {
    const auto place = static_cast<std::uint32_t>(texts_.size());
    const auto is_same = [&](std::uint32_t other) { return texts_[other] == text; };
    if (index_.find_or_add(PlaceIndex::hash_of(text), place, is_same) == PlaceIndex::nobody) texts_.push_back(text);
  }
  [[nodiscard]] bool contains(std::string_view text) const {
    const auto is_same = [&](std::uint32_t other) { return texts_[other] == text; };
    return index_.find(PlaceIndex::hash_of(text), is_same) != PlaceIndex::nobody;
  }
  /// In the order in which they came.
  [[nodiscard]] const std::vector<std::string_view>& list() const { return texts_; }
  [[nodiscard]] std::vector<std::string_view> sorted() const {
    std::vector<std::string_view> list = texts_;
    std::sort(list.begin(), list.end());
    return list;
  }

 private:
  std::vector<std::string_view> texts_;
  PlaceIndex index_;
};

/// An entry of some table. `rule` and `table` are null where no single rule is about it.
struct ListedAddress {
  std::string_view text;
  const AddressRule* rule = nullptr;
  const AddressTable* table = nullptr;
};

/// What tables and lists, which must stay alive, have. Not thread-safe.
class ListedAddresses {
 public:
  ListedAddresses() = default;
  ListedAddresses(std::span<const AddressTable* const> tables, std::span<const DestinationList* const> lists);

  /// Calls visit(const ListedAddress&) for each "example.org" and ".example.org", in no order.
  template <typename Visit>
  void for_each_domain(Visit&& visit) const {
    for (const std::string_view domain : others_.list()) visit(ListedAddress{domain});
    for_each_rule([&](const AddressRule& rule, std::size_t table) {
      const bool is_domain = rule.kind == AddressKind::domain || rule.kind == AddressKind::below;
      if (is_domain && !is_domain_before(rule, table)) visit(ListedAddress{rule.text, &rule, asked_[table].table});
    });
  }
  /// The same for each "user@example.org", and for "user+any@example.org" where a rule is about all such.
  template <typename Visit>
  void for_each_address(Visit&& visit) {
    for_each_rule([&](const AddressRule& rule, std::size_t table) {
      if (rule.kind == AddressKind::whole && !is_before(AddressKind::whole, rule.text, table))
        visit(ListedAddress{rule.text, &rule, asked_[table].table});
      if (rule.kind != AddressKind::detail || is_before(AddressKind::detail, rule.text, table)) return;
      if (const auto text = detailed(rule)) visit(ListedAddress{*text, &rule, asked_[table].table});
    });
  }
  /// Users at every domain, sorted.
  [[nodiscard]] std::vector<std::string_view> users() const { return users_.sorted(); }
  [[nodiscard]] bool is_domain(std::string_view text) const {
    return others_.contains(text) || is_domain_of(asked_.size(), text);
  }

  /// Makes `sample` a name that is listed itself, or one below a suffix that no longer entry takes.
  void sample_of(std::string_view domain, std::string& sample) const;
  /// A domain that is neither listed nor below one that is.
  [[nodiscard]] std::string free_domain() const;
  /// A user whom no table names, at any domain or at one.
  [[nodiscard]] std::string free_user() const;

 private:
  /// A table whose rules are gone through. Copies of it may ask for others of them.
  struct Asked {
    const AddressTable* table;
    AddressKinds kinds;
  };

  void look_through(const Asked& asked);
  /// Visits each rule that is found and asked for, with the index of its table in asked_.
  template <typename Visit>
  void for_each_rule(Visit&& visit) const {
    for (std::size_t t = 0; t < asked_.size(); ++t)
      for (const AddressRule& rule : asked_[t].table->rules())
        if (rule.is_found && asked_[t].kinds[place_of(rule.kind)]) visit(rule, t);
  }
  /// True when one of the first `tables` has it.
  [[nodiscard]] bool is_before(AddressKind kind, std::string_view text, std::size_t tables) const;
  /// True when the text stands among the domains of one of the first `tables`.
  [[nodiscard]] bool is_domain_of(std::size_t tables, std::string_view text) const;
  [[nodiscard]] bool is_domain_before(const AddressRule& rule, std::size_t table) const;
  /// One address of those with a detail; none where it is listed itself.
  [[nodiscard]] std::optional<std::string_view> detailed(const AddressRule& rule);

  std::vector<Asked> asked_;  ///< the smallest first: a rule of a large one is looked for in those before it
  TextPool made_;             ///< texts that stand in no table
  Texts others_;              ///< domains of lists, and made ones
  Texts users_;
  bool has_samples_ = false;        ///< a listed domain begins as those that sample_of makes
  bool has_plus_ = false;           ///< a listed address has a detail
  bool has_dotted_domain_ = false;  ///< a listed domain begins with a dot, and is no suffix
};

}  // namespace core::analysis
