// Bringing cells that differ together, kind by kind, and trying forms: see mail_diff.hpp.
#include "analysis/mail_diff.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "analysis/audit.hpp"
#include "model/recipient.hpp"

namespace core::analysis {
namespace {

using Places = std::vector<std::size_t>;
using Outcomes = std::pair<MailOutcome, MailOutcome>;

/// Products of the axes that are not joined yet, by what they have in common: of the first class of each kind.
struct Product {
  Outcomes outcomes;
  Places recipients;
  Places senders;
  Places circumstances;
  friend auto operator<=>(const Product&, const Product&) = default;
};

/// All classes that are of the kinds of `chosen`.
template <typename Class>
Places of_same_kinds(const std::vector<Class>& classes, const Places& chosen) {
  std::vector<bool> wanted(classes.size());
  for (const std::size_t i : chosen) wanted[classes[i].kind] = true;
  Places all;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (wanted[classes[i].kind]) all.push_back(i);
  return all;
}

/// Calls take(product, clients) for all that differs. `outcomes_of(client, circumstance, sender, recipient)` is asked
/// for the first class of each kind, and for `recipients`; equal ones are no difference.
template <typename OutcomesOf, typename Take>
void join(const MailMatrix& matrix, const Places& recipients, OutcomesOf&& outcomes_of, Take&& take) {
  const auto products_of = [&](std::size_t client) {
    std::map<std::tuple<Outcomes, Places, Places>, Places> circumstances;
    for (std::size_t about = 0; about < matrix.circumstances.size(); ++about) {
      if (matrix.circumstances[about].assumed) continue;  // MailMatrix::unless() says what may be otherwise
      std::map<std::pair<Outcomes, Places>, Places> senders;
      for (const std::size_t s : matrix.sender_kinds) {
        std::map<Outcomes, Places> differing;
        for (const std::size_t r : recipients) {
          const Outcomes outcomes = outcomes_of(client, about, s, r);
          if (outcomes.first != outcomes.second) differing[outcomes].push_back(r);
        }
        for (const auto& found : differing) senders[found].push_back(s);
      }
      for (const auto& [key, list] : senders) circumstances[{key.first, key.second, list}].push_back(about);
    }
    std::vector<Product> products;
    for (const auto& [key, list] : circumstances)
      products.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), list});
    return products;
  };
  // clients with the same products behind them are together, and so on inwards
  std::map<std::vector<Product>, Places> by_client;
  for (const std::size_t c : matrix.client_kinds) by_client[products_of(c)].push_back(c);
  for (const auto& [products, clients] : by_client)
    for (const Product& product : products) take(product, clients);
}

class ChangeMaker {
 public:
  explicit ChangeMaker(const MailMatrix& matrix) : matrix_(matrix) {}

  std::vector<MailChange> make() {
    std::vector<MailChange> changes = plain_changes();
    std::vector<MailChange> by_form = form_changes();
    for (std::vector<MailChange>* list : {&changes, &by_form})
      std::stable_sort(list->begin(), list->end(),
                       [&](const MailChange& a, const MailChange& b) { return weight(a) > weight(b); });
    std::move(by_form.begin(), by_form.end(), std::back_inserter(changes));
    return changes;
  }

 private:
  /// What opens goes first, and there what strangers may send to the outside.
  [[nodiscard]] int weight(const MailChange& change) const {
    const bool is_to_outside = std::any_of(change.recipients.begin(), change.recipients.end(), [&](std::size_t r) {
      return matrix_.recipients[r].place == AddressPlace::others;
    });
    return (change.opens() ? 4 : 0) + (change.circumstances.front() == 0 ? 2 : 0) + (is_to_outside ? 1 : 0);
  }

  std::vector<MailChange> plain_changes() {
    const auto outcomes_of = [&](std::size_t c, std::size_t about, std::size_t s, std::size_t r) {
      return Outcomes{outcome_of(matrix_.at(c, about, s, r, 0)), outcome_of(matrix_.at(c, about, s, r, 1))};
    };
    std::vector<MailChange> changes;
    join(matrix_, matrix_.recipient_kinds, outcomes_of, [&](const Product& product, const Places& clients) {
      MailChange change = change_of(product, clients);
      change.recipients = of_same_kinds(matrix_.recipients, product.recipients);
      changes.push_back(witnessed(std::move(change), matrix_.recipients[product.recipients.front()].path));
    });
    return changes;
  }

  std::vector<MailChange> form_changes() {
    const std::vector<RecipientForm> forms = forms_of_both();
    Places all;
    std::vector<std::vector<std::string>> plain;
    for (std::size_t i = 0; i < forms.size(); ++i) {
      all.push_back(i);
      plain.push_back(plain_paths_of(forms[i].path));
    }
    const auto outcomes_of = [&](std::size_t c, std::size_t about, std::size_t s, std::size_t form) {
      Transaction mail = matrix_.witness(c, about, s, 0);
      const Outcomes outcomes = outcomes_for(mail, forms[form].path);
      // where it would fare so without the form, too, it is said there
      const bool is_said = outcomes.first != outcomes.second &&
                           std::any_of(plain[form].begin(), plain[form].end(),
                                       [&](const std::string& path) { return outcomes_for(mail, path) == outcomes; });
      return is_said ? Outcomes{} : outcomes;
    };
    std::vector<MailChange> changes;
    join(matrix_, all, outcomes_of, [&](const Product& product, const Places& clients) {
      MailChange change = change_of(product, clients);
      for (const std::size_t form : product.recipients) change.forms.push_back(forms[form]);
      const std::string path = change.forms.front().path;
      changes.push_back(witnessed(std::move(change), path));
    });
    return changes;
  }

  /// With the names that either site has, and for the outside one that neither lists.
  [[nodiscard]] std::vector<RecipientForm> forms_of_both() const {
    const auto outside = std::find_if(
        matrix_.recipients.begin(), matrix_.recipients.end(),
        [](const AddressClass& addresses) { return addresses.place == AddressPlace::others && addresses.has_unnamed; });
    std::vector<RecipientForm> forms;
    for (const std::size_t site : {0, 1}) {
      FormNames names = form_names(matrix_.site(site));
      if (outside != matrix_.recipients.end()) names.outside = *outside->witness.domain;
      for (RecipientForm& form : recipient_forms(names)) {
        const auto is_same = [&](const RecipientForm& known) { return known.path == form.path; };
        if (std::none_of(forms.begin(), forms.end(), is_same)) forms.push_back(std::move(form));
      }
    }
    return forms;
  }

  /// What the sites make of it, as far as that needs no form.
  [[nodiscard]] std::vector<std::string> plain_paths_of(const std::string& path) const {
    std::vector<std::string> paths;
    for (const std::size_t site : {0, 1}) {
      const ReadAddress read = read_recipient(matrix_.site(site), path);
      const bool is_plain = read.address.local.find_first_of("@%!:\"\\ ") == std::string::npos;
      if (read.access == Access::allow && is_plain) paths.push_back("<" + read.address.text() + ">");
    }
    return paths;
  }

  [[nodiscard]] Outcomes outcomes_for(Transaction& mail, const std::string& path) const {
    mail.recipient = path;
    return {outcome_of({matrix_.decide(mail, 0).access}), outcome_of({matrix_.decide(mail, 1).access})};
  }

  [[nodiscard]] MailChange change_of(const Product& product, const Places& clients) const {
    MailChange change;
    std::tie(change.before, change.after) = product.outcomes;
    change.clients = of_same_kinds(matrix_.clients, clients);
    change.circumstances = product.circumstances;
    change.senders = of_same_kinds(matrix_.senders, product.senders);
    return change;
  }

  [[nodiscard]] MailChange witnessed(MailChange change, const std::string& path) const {
    change.witness = matrix_.witness(change.clients.front(), change.circumstances.front(), change.senders.front(), 0);
    change.witness.recipient = path;
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

std::vector<MailChange> mail_changes(const MailMatrix& matrix) { return ChangeMaker(matrix).make(); }

}  // namespace core::analysis
