// The matrix of all mail: who may send from where to where, under which conditions, by the whole of one or two servers.
//
//   sites --> classes of clients x circumstances x senders x recipients --evaluate--> what becomes of each
//
// A cell is put to evaluate with the witnesses of its classes, and speaks for all mail of these classes: this is what
// audit, diff and test of a whole server stand on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/address_classes.hpp"
#include "analysis/client_classes.hpp"
#include "model/transaction.hpp"

namespace core::analysis {

/// What holds of a connection beside its client.
struct Circumstance {
  bool logged_in = false;
  bool granted = false;
  bool assumed = false;  ///< what nobody can tell here lets it pass
  std::string listener;
};

/// "", "if authenticated", "with a grant", "at listener '...'", joined.
[[nodiscard]] std::string format_circumstance(const Circumstance& circumstance);

/// What becomes of the mail of one cell, by one site. decide() of its witness() says by which rule.
struct CellDecision {
  Access access = Access::pass;
  bool is_accepted() const { return access == Access::allow || access == Access::discard; }
};

/// Which mail.
struct MailQuery {
  ClientQuery clients;
  AddressQuery sender;
  AddressQuery recipient;
  std::vector<Circumstance> circumstances;  ///< empty: all that the sites ask about
};

/// The first class of each kind that is `wanted`. Classes of one kind fare alike, and there are few kinds.
template <typename Class, typename Wanted>
[[nodiscard]] std::vector<std::size_t> first_of_kinds(const std::vector<Class>& classes, Wanted&& wanted) {
  std::vector<bool> seen(classes.size());
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (seen[classes[i].kind] || !wanted(classes[i])) continue;
    seen[classes[i].kind] = true;
    first.push_back(i);
  }
  return first;
}

class MailMatrix {
 public:
  /// One site, or two to be compared, whose policies have no find_uncuttable(). They must stay alive.
  explicit MailMatrix(std::vector<const Site*> sites, const MailQuery& query = {});

  std::vector<ClientClass> clients;
  std::vector<Circumstance> circumstances;  ///< the first is that of strangers; then each by itself
  std::vector<AddressClass> senders;
  std::vector<AddressClass> recipients;

  /// The first client, sender or recipient of each kind: what is true of all kinds is true of all mail.
  std::vector<std::size_t> client_kinds;
  std::vector<std::size_t> sender_kinds;
  std::vector<std::size_t> recipient_kinds;

  /// What `site` does with the mail of this cell; indices into the lists above.
  [[nodiscard]] const CellDecision& at(std::size_t client, std::size_t circumstance, std::size_t sender,
                                       std::size_t recipient, std::size_t site = 0) const;
  /// One of its mails.
  [[nodiscard]] Transaction witness(std::size_t client, std::size_t circumstance, std::size_t sender,
                                    std::size_t recipient) const;
  /// What `site` does with any mail: evaluate, made ready for many questions.
  [[nodiscard]] MailDecision decide(const Transaction& mail, std::size_t site = 0) const;
  [[nodiscard]] const Site& site(std::size_t index) const { return *sites_[index]; }
  /// What nobody can tell here and some site asks on the way to some decision, each once.
  [[nodiscard]] const std::vector<std::string>& unless() const { return unless_; }
  /// Those of unless() that may let mail pass which is refused else.
  [[nodiscard]] std::vector<std::string> permits() const;

 private:
  struct Asked {
    std::vector<CellDecision> cells;
    std::vector<std::string> unless;
  };
  void ask();
  [[nodiscard]] Asked asked(std::span<const std::size_t> some_clients) const;
  [[nodiscard]] std::size_t place_of(std::size_t client, std::size_t circumstance, std::size_t sender,
                                     std::size_t recipient) const;

  std::vector<const Site*> sites_;
  std::vector<ReadyPolicies> ready_;
  std::vector<CellDecision> cells_;  ///< by kinds of classes: words of replies decide nothing
  std::vector<std::string> unless_;
};

}  // namespace core::analysis
