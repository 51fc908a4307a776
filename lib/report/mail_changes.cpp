// Words and JSON for changes of mail: see mail_changes.hpp.
#include "report/mail_changes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "lint/repair.hpp"
#include "model/space.hpp"
#include "report/clients_json.hpp"
#include "report/format_shown.hpp"

namespace core {
namespace {

using namespace analysis;

constexpr std::size_t patterns_shown = 4;

/// The addresses, or those that are missing where these are fewer.
std::string format_ranges(const RangeList& ranges) {
  constexpr std::size_t few = 8;
  if (count_prefixes(ranges) <= few) return format_prefixes(ranges);
  RangeList others;
  for (const Range& range : subtract(every_address(), {ranges.begin(), ranges.end()})) others.append(range);
  if (count_prefixes(others) > few) return format_prefixes(ranges);
  return others.empty() ? "every address" : "all but " + format_prefixes(others);
}

/// Clients of some classes: by address, whatever their names; and by name at addresses that are not among these.
struct ShownClients {
  RangeList by_address;
  std::map<std::pair<bool, RangeList>, Names> by_name;  ///< confirmed or not

  ShownClients(const MailMatrix& matrix, const std::vector<std::size_t>& classes) {
    for (const std::size_t c : classes)
      for (const ClientProduct& product : matrix.clients[c].products)
        if (product.is_by_address()) by_address = merged(by_address, product.ranges);
    for (const std::size_t c : classes)
      for (const ClientProduct& product : matrix.clients[c].products)
        if (!product.is_by_address()) add(product);
    for (auto& [key, patterns] : patterns_) by_name[key].patterns = NameList(std::move(patterns));
  }

 private:
  void add(const ClientProduct& product) {
    RangeList rest = subtract(product.ranges, by_address);
    if (rest.empty()) return;
    const std::pair key(!product.verified, std::move(rest));
    Names& names = by_name[key];
    names.others = names.others || product.names.others;
    std::vector<std::string_view>& patterns = patterns_[key];
    patterns.insert(patterns.end(), product.names.patterns.begin(), product.names.patterns.end());
  }

  std::map<std::pair<bool, RangeList>, std::vector<std::string_view>> patterns_;
};

std::string place_text(const Sources& sources, Span span) {
  const std::string place = sources.place(span);
  return place.empty() ? place : format_shown(" ({})", place);
}

std::string format_circumstances(const MailMatrix& matrix, const std::vector<std::size_t>& chosen) {
  const auto all =
      static_cast<std::size_t>(std::count_if(matrix.circumstances.begin(), matrix.circumstances.end(),
                                             [](const Circumstance& circumstance) { return !circumstance.assumed; }));
  if (chosen.size() == all) return all == 1 ? "" : ", authenticated or not";
  std::string text;
  for (const std::size_t about : chosen) {
    const std::string words = format_circumstance(matrix.circumstances[about]);
    text += (text.empty() ? ", " : " or ") + (words.empty() ? "without a login" : words);
  }
  return text;
}

/// Some of the patterns, and how many more there are.
std::string format_patterns(const std::vector<std::string>& patterns, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < patterns.size() && i < patterns_shown; ++i)
    text += (text.empty() ? "" : ", ") + printable(patterns[i]);
  return count > patterns_shown ? text + fmt::format(" and {} more", count - patterns_shown) : text;
}

std::string format_address_class(const AddressClass& one) {
  if (one.place == AddressPlace::null_address) return "<>";
  const std::string_view others = one.place == AddressPlace::no_domain ? "addresses without a domain" : "the outside";
  const std::string text = format_patterns(one.patterns, one.count);
  if (text.empty()) return std::string(others);
  return one.has_unnamed && one.place != AddressPlace::listed ? fmt::format("{}; {}", others, text) : text;
}

/// Recipients of a change, as text for people.
std::string format_recipients(const MailMatrix& matrix, const MailChange& change) {
  if (change.forms.empty()) return format_addresses_of(matrix.recipients, change.recipients, "anybody");
  std::vector<std::string> paths;
  for (const RecipientForm& form : change.forms) paths.push_back(form.path);
  return format_patterns(paths, paths.size()) + ", written so";
}

Json mail_json(const Transaction& mail) {
  Json json = client_json(mail.client);
  json["verified"] = mail.verified;
  json["auth"] = mail.logged_in;
  json["granted"] = mail.granted;
  json["listener"] = mail.listener.empty() ? Json(nullptr) : Json(mail.listener);
  json["sender"] = mail.sender;
  json["recipient"] = mail.recipient;
  return json;
}

Json change_json(const MailMatrix& matrix, const MailChange& change, const Sources& sources) {
  Json json;
  json["before"] = outcome_word(change.before);
  json["after"] = outcome_word(change.after);
  json["clients"] = Json::array();
  for (const std::size_t c : change.clients)
    for (const ClientProduct& product : matrix.clients[c].products) {
      Json& entry = json["clients"].emplace_back();
      add_clients(entry, {product.ranges, count_addresses(product.ranges), product.names, {}, {}});
      entry["verified"] = product.verified;
    }
  const auto texts = [&](const char* key, const auto& list, const std::vector<std::size_t>& chosen) {
    json[key] = Json::array();
    for (const std::size_t i : chosen) json[key].push_back(format_address_class(list[i]));
  };
  texts("senders", matrix.senders, change.senders);
  texts("recipients", matrix.recipients, change.recipients);
  json["forms"] = Json::array();
  for (const RecipientForm& form : change.forms) json["forms"].push_back({{"form", form.name}, {"path", form.path}});
  json["circumstances"] = Json::array();
  for (const std::size_t i : change.circumstances)
    json["circumstances"].push_back(format_circumstance(matrix.circumstances[i]));
  json["witness"] = mail_json(change.witness);
  json["place_before"] = place_json(sources, change.place_before);
  json["place_after"] = place_json(sources, change.place_after);
  return json;
}

}  // namespace

std::string format_classes(const MailMatrix& matrix, const std::vector<std::size_t>& clients) {
  if (clients.size() == matrix.clients.size()) return "any client";
  const ShownClients shown(matrix, clients);
  std::string text = shown.by_address.empty() ? "" : format_ranges(shown.by_address);
  for (const auto& [key, names] : shown.by_name) {
    const auto& [is_unconfirmed, ranges] = key;
    text += (text.empty() ? "" : "; ") + format_names_and_info({ranges, {}, names, {}, {}}) + " at " +
            format_ranges(ranges) + (is_unconfirmed ? " (not confirmed)" : "");
  }
  return text;
}

std::string format_addresses_of(const std::vector<AddressClass>& all, const std::vector<std::size_t>& chosen,
                                std::string_view everybody) {
  if (chosen.size() == all.size()) return std::string(everybody);
  // of one kind are those of which the tables differ in the words of replies alone
  std::vector<AddressClass> shown;
  std::map<std::size_t, std::size_t> places;
  for (const std::size_t i : chosen) {
    const auto [known, is_new] = places.try_emplace(all[i].kind, shown.size());
    if (is_new) {
      shown.push_back(all[i]);
      continue;
    }
    AddressClass& first = shown[known->second];
    first.count += all[i].count;
    first.has_unnamed = first.has_unnamed || all[i].has_unnamed;
    if (first.patterns.size() < patterns_shown)
      first.patterns.insert(first.patterns.end(), all[i].patterns.begin(), all[i].patterns.end());
  }
  std::string text;
  for (const AddressClass& one : shown) text += (text.empty() ? "" : "; ") + format_address_class(one);
  return text;
}

std::string format_mail_changes(const MailMatrix& matrix, const std::vector<MailChange>& changes,
                                const Sources& sources) {
  std::string text;
  if (changes.empty())
    text = "no difference: both take the same mail from every client, however relay tests write the recipient\n";
  for (const MailChange& change : changes) {
    text += fmt::format("{} {}: was {}, is {}\n", change.opens() ? "+" : "-",
                        format_classes(matrix, change.clients) + format_circumstances(matrix, change.circumstances),
                        outcome_word(change.before), outcome_word(change.after));
    text += fmt::format("    from {}, to {}\n", format_addresses_of(matrix.senders, change.senders, "any sender"),
                        format_recipients(matrix, change));
    const std::string words = format_circumstance(matrix.circumstances[change.circumstances.front()]);
    text += format_shown("    for instance {} from {} to {}{}: {}{} before, {}{} now\n",
                         format_client(change.witness.client), change.witness.sender, change.witness.recipient,
                         words.empty() ? words : ", " + words, outcome_word(change.before),
                         place_text(sources, change.place_before), outcome_word(change.after),
                         place_text(sources, change.place_after));
  }
  text += format_unless(matrix.unless(), "  ");
  return changes.empty() ? text : text + plural(changes.size(), "difference") + "\n";
}

std::string format_mail_changes_json(const MailMatrix& matrix, const std::vector<MailChange>& changes,
                                     const Sources& sources) {
  Json json;
  json["same"] = changes.empty();
  json["mail"] = Json::array();
  for (const MailChange& change : changes) json["mail"].push_back(change_json(matrix, change, sources));
  json["unless"] = matrix.unless();
  return format_json(json);
}

}  // namespace core
