// Bringing cells that differ together: see mail_diff.hpp.
#include "analysis/mail_diff.hpp"

#include <algorithm>
#include <map>

namespace core::analysis {
namespace {

using Places = std::vector<std::size_t>;

/// Products of the axes that are not joined yet, by what they have in common.
class ChangeJoiner {
 public:
  explicit ChangeJoiner(const MailMatrix& matrix) : matrix_(matrix) {}

  std::vector<MailChange> join() {
    // clients with the same products behind them are together, and so on inwards
    std::map<std::vector<Product>, Places> by_client;
    std::map<std::size_t, std::vector<Product>> of_kind;
    for (std::size_t c = 0; c < matrix_.clients.size(); ++c) {
      const auto [entry, is_new] = of_kind.try_emplace(matrix_.clients[c].kind);
      if (is_new) entry->second = products_of(c);
      by_client[entry->second].push_back(c);
    }
    std::vector<MailChange> changes;
    for (const auto& [products, clients] : by_client)
      for (const Product& product : products) changes.push_back(change_of(product, clients));
    std::stable_sort(changes.begin(), changes.end(),
                     [&](const MailChange& a, const MailChange& b) { return weight(a) > weight(b); });
    return changes;
  }

 private:
  struct Product {
    MailOutcome before;
    MailOutcome after;
    Places recipients;
    Places senders;
    Places circumstances;
    friend auto operator<=>(const Product&, const Product&) = default;
  };
  using Kind = std::pair<MailOutcome, MailOutcome>;

  /// What opens goes first, and there what strangers may send to the outside.
  [[nodiscard]] int weight(const MailChange& change) const {
    const bool is_to_outside = std::any_of(change.recipients.begin(), change.recipients.end(), [&](std::size_t r) {
      return matrix_.recipients[r].place == AddressPlace::others;
    });
    return (change.opens() ? 4 : 0) + (change.circumstances.front() == 0 ? 2 : 0) + (is_to_outside ? 1 : 0);
  }

  std::vector<Product> products_of(std::size_t client) const {
    std::map<std::tuple<Kind, Places, Places>, Places> circumstances;
    for (std::size_t about = 0; about < matrix_.circumstances.size(); ++about) {
      if (matrix_.circumstances[about].assumed) continue;  // MailMatrix::unless() says what may be otherwise
      std::map<std::pair<Kind, Places>, Places> senders;
      for (std::size_t s = 0; s < matrix_.senders.size(); ++s)
        for (auto& [kind, recipients] : recipients_of(client, about, s)) senders[{kind, recipients}].push_back(s);
      for (const auto& [key, list] : senders) circumstances[{key.first, key.second, list}].push_back(about);
    }
    std::vector<Product> products;
    for (const auto& [key, list] : circumstances) {
      const auto& [kind, recipients, senders] = key;
      products.push_back({kind.first, kind.second, recipients, senders, list});
    }
    return products;
  }

  [[nodiscard]] std::map<Kind, Places> recipients_of(std::size_t client, std::size_t about, std::size_t sender) const {
    std::map<Kind, Places> recipients;
    for (std::size_t r = 0; r < matrix_.recipients.size(); ++r) {
      const Kind kind = {outcome_of(matrix_.at(client, about, sender, r, 0)),
                         outcome_of(matrix_.at(client, about, sender, r, 1))};
      if (kind.first != kind.second) recipients[kind].push_back(r);
    }
    return recipients;
  }

  [[nodiscard]] MailChange change_of(const Product& product, const Places& clients) const {
    MailChange change{
        product.before, product.after, clients, product.circumstances, product.senders, product.recipients, {}, {}, {}};
    const std::size_t client = clients.front();
    const std::size_t about = product.circumstances.front();
    const std::size_t sender = product.senders.front();
    const std::size_t recipient = product.recipients.front();
    change.witness = matrix_.witness(client, about, sender, recipient);
    change.place_before = matrix_.decide(change.witness, 0).place;
    change.place_after = matrix_.decide(change.witness, 1).place;
    return change;
  }

  const MailMatrix& matrix_;
};

}  // namespace

MailOutcome outcome_of(const CellDecision& decision) {
  if (decision.is_accepted()) return MailOutcome::accepted;
  if (decision.access == Access::deny) return MailOutcome::refused;
  return decision.access == Access::defer ? MailOutcome::deferred : MailOutcome::unknown;
}

std::string_view outcome_word(MailOutcome outcome) {
  switch (outcome) {
    case MailOutcome::refused: return "refused";
    case MailOutcome::deferred: return "deferred";
    case MailOutcome::accepted: return "accepted";
    case MailOutcome::unknown: break;
  }
  return "unknown";
}

std::vector<MailChange> mail_changes(const MailMatrix& matrix) { return ChangeJoiner(matrix).join(); }

}  // namespace core::analysis
