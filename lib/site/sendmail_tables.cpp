// Tables of the access map and of classes: see sendmail_tables.hpp. Source: cf/m4/proto.m4, rule sets D, A, F, U, E,
// SearchList, check_relay, check_mail, Rcpt_ok, Relay_ok.
#include "site/sendmail_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/large_memory.hpp"
#include "base/launch.hpp"

namespace core {
namespace {

constexpr Outcome no_opinion{Access::pass, Relay::unchanged, 0, 0};
constexpr Outcome grants_relaying{Access::allow, Relay::grant, 0, 0};

/// The address in brackets that `word` is.
std::optional<Prefix> literal_of(std::string_view word) {
  const bool is_literal = word.starts_with('[') && word.ends_with(']');
  const auto prefix = is_literal ? access_prefix(word.substr(1, word.size() - 2)) : std::nullopt;
  return prefix && prefix->bits == address_bits(prefix->base.family) ? prefix : std::nullopt;
}

void add_word(Policy& policy, const ClientPattern& pattern, const ClassWord& word) {
  add_access_rule(policy, pattern, grants_relaying, {word.span, word.span, word.span.end});
}

}  // namespace

std::vector<ClassWord> read_class_words(const Source& source) {
  std::vector<ClassWord> words;
  std::string_view rest = source.text();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, std::min(end, rest.find_first_of(std::string_view("#\\\0", 3))));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!(line = trimmed(line, " \t\r\v\f")).empty()) {
      const std::string_view word = line.substr(0, line.find_first_of(" \t\r\v\f"));
      words.push_back({in_lower_case(word), source.span_of(word)});
      line.remove_prefix(word.size());
    }
  }
  return words;
}

bool names_address(std::string_view code) { return code == "450" || code == "550" || code == "553"; }

Outcome SendmailTables::refusal(const SendmailValue& value, Use use) {
  const std::string_view whose = features_.delay_checks || use == Use::check_recipient ? "<$R>... "
                                 : use == Use::check_sender                            ? "<$S>... "
                                                                                       : "";
  if (value.word == AccessWord::reject) {
    const bool is_mailbox = use == Use::check_recipient;
    return {Access::deny, Relay::unchanged, 0,
            site_.add_reply(fmt::format("550 {} {}{}", is_mailbox ? "5.2.1" : "5.7.1", whose,
                                        is_mailbox ? "Mailbox disabled for this recipient" : "Access denied"))};
  }
  return {value.is_temporary() ? Access::defer : Access::deny, Relay::unchanged, 0,
          site_.add_reply(
              fmt::format("{} {} {}{}", value.code, value.status, names_address(value.code) ? whose : "", value.text))};
}

Outcome SendmailTables::outcome_of(const Value& given, Use use) {
  if (use == Use::word) return {in_lower_case(given.text) == word_ ? Access::allow : Access::pass};
  const SendmailValue value = read_sendmail_value(given.text, features_.skip);
  const bool is_domain = given.is_of_domain;
  if (value.word == AccessWord::relay && (use == Use::check_client || use == Use::relay_mail)) return grants_relaying;
  const bool is_no_answer = value.word == AccessWord::absent || (value.word == AccessWord::skip && is_domain);
  if (use == Use::relay_mail) return is_no_answer ? no_opinion : Outcome{Access::allow, Relay::unchanged};
  switch (value.word) {
    case AccessWord::relay:
    case AccessWord::ok: return {Access::allow, Relay::unchanged};
    case AccessWord::quarantine:
      // of a recipient it is the last word: nobody asks whether he may be relayed to
      return {use == Use::check_recipient ? Access::discard : Access::allow, Relay::unchanged};
    case AccessWord::discard:
      // the recipient is checked all the same, where that is still to be done
      return {features_.delay_checks || use == Use::check_recipient ? Access::discard : Access::allow,
              Relay::unchanged};
    case AccessWord::absent: return no_opinion;
    case AccessWord::skip:
      // full addresses of senders know no SKIP: check_mail refuses with the word
      if (is_domain || use != Use::check_sender) return no_opinion;
      return refusal(read_sendmail_value(given.text, false), use);
    default: return refusal(value, use);
  }
}

Policy SendmailTables::clients(AccessAsked asked) {
  asked.with_dots = features_.lookup_dot_domain;
  Policy policy = empty_access_policy();
  add_access_clients(policy, map_, clients_, asked, [&](const AccessValue& value) {
    return outcome_of({value.text, true}, Use::check_client);
  });
  return policy;
}

Policy SendmailTables::names() { return clients({.by = AccessAsked::By::name}); }
Policy SendmailTables::addresses() { return clients({.by = AccessAsked::By::address}); }
Policy SendmailTables::literals() { return clients({.by = AccessAsked::By::literal}); }
Policy SendmailTables::hosts() { return clients({.by = AccessAsked::By::name, .below = false}); }

SendmailTables::SendmailTables(const AccessMap& map, const SendmailFeatures& features, Site& site)
    : map_(map), clients_(clients_in_order(map)), features_(features), site_(site) {
  for (const AccessEntry& entry : map) {
    const bool wide = entry.key().starts_with('.') || entry.key().find("+*@") != std::string_view::npos;
    entries_[place_of(entry.tag(), wide)].push_back(&entry);
  }
}

/// Takes the entries with some tag as rules.
class SendmailTables::KeyTableMaker {
 public:
  KeyTableMaker(const SendmailTables& tables, const Keys& keys)
      : tables_(tables), asked_(keys), texts_(tables.map_.texts) {}

  KeyTable make() {
    std::size_t count = 0;
    for_each([&](const AccessEntry&) { count += 2; });  // as itself, and for what is below it
    reserve_large(rules_, count);
    for_each([&](const AccessEntry& entry) { add(entry); });
    table_.keys.take(std::move(rules_), std::move(texts_));
    return std::move(table_);
  }

 private:
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const bool wide : {true, false})
      for (const AccessTag tag : {asked_.tag, AccessTag::none})
        for (const AccessEntry* entry : tables_.entries_[SendmailTables::place_of(tag, wide)])
          if (!is_absent_value(tables_.map_.value_of(*entry).text)) visit(*entry);
  }

  void add(const AccessEntry& entry) {
    const std::size_t at = entry.key().rfind('@');
    const bool is_of_domain = at == std::string_view::npos;
    const bool is_left_out = !asked_.untagged_too || (!asked_.untagged_mailboxes && !is_of_domain);
    if (at == 0 || (entry.tag() == AccessTag::none && is_left_out)) return;  // "@domain" is never asked for
    const std::uint32_t value = index_of({tables_.map_.value_of(entry).text, is_of_domain}, entry.value());
    if (is_of_domain) return add_domain(entry, value);
    const bool is_user = at + 1 == entry.key().size();
    const std::string_view key = is_user ? entry.key().substr(0, at) : entry.key();
    rules_.push_back({is_user ? AddressKind::user : AddressKind::whole, key, value, entry.span()});
    rules_.push_back({is_user ? AddressKind::user_detail : AddressKind::detail, key, value, entry.span()});
    const std::size_t star = entry.key().find("+*@");
    if (star != std::string_view::npos) rules_.back().text = kept(key.substr(0, star), key.substr(star + 2));
  }

  void add_domain(const AccessEntry& entry, std::uint32_t value) {
    const std::string_view key = entry.key();
    const bool is_below = key.starts_with('.');
    if (is_below && !(tables_.features_.lookup_dot_domain && asked_.subdomains)) return;
    if (!is_below) rules_.push_back({AddressKind::domain, key, value, entry.span()});
    if (!asked_.subdomains) return;
    const bool is_literal = key.starts_with('[');
    rules_.push_back({is_literal ? AddressKind::literal_net : AddressKind::below, key, value, entry.span()});
    if (!is_literal && !is_below) rules_.back().text = kept(".", key);
  }

  std::string_view kept(std::string_view begin, std::string_view end) {
    text_.assign(begin).append(end);
    return texts_.keep(text_);
  }

  std::uint32_t index_of(const Value& value, std::uint32_t of_map) {
    const std::size_t shape = 2 * std::size_t{of_map} + (value.is_of_domain ? 1 : 0);
    if (shape >= places_.size()) places_.resize(shape + 1);
    if (places_[shape] == 0) {
      table_.values.push_back(value);
      places_[shape] = static_cast<std::uint32_t>(table_.values.size());
    }
    return places_[shape] - 1;
  }

  const SendmailTables& tables_;
  const Keys& asked_;
  KeyTable table_;
  std::vector<AddressRule> rules_;
  TextPool texts_;                     ///< with those of the map
  std::vector<std::uint32_t> places_;  ///< 1 and the index of a value, by its index in the map and its shape; 0: none
  std::string text_;                   ///< that is made
};

const std::shared_future<SendmailTables::KeyTable>& SendmailTables::key_table(
    const Keys& keys, const std::shared_future<KeyTable>& behind) {
  const auto [table, is_new] = key_tables_.try_emplace(keys);
  if (is_new)
    table->second = std::async(launch_for(clients_.size()), [this, &asked = table->first, behind] {
      if (behind.valid()) behind.wait();
      return KeyTableMaker(*this, asked).make();
    });
  return table->second;
}

void SendmailTables::begin() {
  // one after the other: more threads would only be in the way of the caller's
  const auto& recipients = key_table({AccessTag::to, true, !features_.relay_hosts_only});
  static_cast<void>(key_table({AccessTag::from, true}, recipients));
}

AddressTable SendmailTables::table(std::string name, Use use, Keys keys, std::vector<AddressKind> order) {
  const KeyTable& shared = key_table(keys).get();
  AddressTable table = shared.keys;
  table.name = std::move(name);
  table.order = std::move(order);
  for (const Value& value : shared.values) table.outcomes.push_back(outcome_of(value, use));
  return table;
}

AddressTable SendmailTables::senders_checked() {
  return table("access (From:)", Use::check_sender, {AccessTag::from, true},
               {AddressKind::whole, AddressKind::detail, AddressKind::user, AddressKind::user_detail,
                AddressKind::domain, AddressKind::literal_net, AddressKind::below});
}

AddressTable SendmailTables::recipients_checked(bool are_own) {
  std::vector<AddressKind> order = {AddressKind::whole, AddressKind::detail};
  if (are_own) order.insert(order.end(), {AddressKind::user, AddressKind::user_detail});
  order.insert(order.end(), {AddressKind::domain, AddressKind::literal_net, AddressKind::below});
  return table("access (To:)", Use::check_recipient, {AccessTag::to, true}, std::move(order));
}

AddressTable SendmailTables::domains_relayed() {
  return table("access (To: domains)", Use::relay_mail, {AccessTag::to, true, !features_.relay_hosts_only},
               {AddressKind::domain, AddressKind::literal_net, AddressKind::below});
}

AddressTable SendmailTables::recipients_relayed() {
  std::vector<AddressKind> order = {AddressKind::whole, AddressKind::detail, AddressKind::domain,
                                    AddressKind::literal_net, AddressKind::below};
  // only the whole address is asked for beside the domain where relaying is to hosts only, and with the tag
  const bool subdomains = !features_.relay_hosts_only;
  if (!subdomains) order = {AddressKind::whole, AddressKind::domain};
  return table("access (To:)", Use::relay_mail, {AccessTag::to, true, subdomains, subdomains}, std::move(order));
}

AddressTable SendmailTables::users_relayed() {
  return table("access (To: users)", Use::relay_mail, {AccessTag::to, true}, {AddressKind::user});
}

AddressTable SendmailTables::senders_relayed() {
  std::vector<AddressKind> order = {AddressKind::whole, AddressKind::detail};
  if (features_.relay_mail_from_domain)
    order.insert(order.end(), {AddressKind::domain, AddressKind::literal_net, AddressKind::below});
  return table("access (From:)", Use::relay_mail, {AccessTag::from, false, !features_.relay_hosts_only},
               std::move(order));
}

AddressTable SendmailTables::recipients_with(std::string_view word, bool are_own) {
  word_ = word;
  std::vector<AddressKind> order = {AddressKind::whole, AddressKind::detail, AddressKind::domain,
                                    AddressKind::literal_net, AddressKind::below};
  if (are_own) order.insert(order.end(), {AddressKind::no_domain, AddressKind::user, AddressKind::user_detail});
  AddressTable spam = table("access (Spam:)", Use::word, {AccessTag::spam, false}, std::move(order));
  if (are_own) add_unqualified(spam, "@" + features_.host);
  return spam;
}

void SendmailTables::add_unqualified(AddressTable& table, const std::string& at_host) {
  std::vector<AddressRule> added;
  for (AddressRule rule : table.rules()) {
    const bool is_mailbox = rule.kind == AddressKind::whole || rule.kind == AddressKind::detail;
    if (!is_mailbox || !rule.text.ends_with(at_host)) continue;
    rule.text.remove_suffix(at_host.size());
    added.push_back(rule);
  }
  if (const AddressRule* rule = table.find({{}, at_host.substr(1)}))
    added.push_back({AddressKind::no_domain, {}, rule->outcome, rule->span});
  for (const AddressRule& rule : added) table.add(rule);
}

Policy class_addresses(const std::vector<ClassWord>& words) {
  Policy policy = empty_access_policy();
  for (const ClassWord& word : words) {
    std::string_view text = word.name;
    if (text.ends_with('.') || text.ends_with(':')) text.remove_suffix(1);
    if (const auto prefix = access_prefix(text)) add_word(policy, *prefix, word);
  }
  return policy;
}

Policy class_literals(const std::vector<ClassWord>& words) {
  Policy policy = empty_access_policy();
  for (const ClassWord& word : words)
    if (const auto prefix = literal_of(word.name)) add_word(policy, *prefix, word);
  return policy;
}

Policy class_names(const std::vector<ClassWord>& words, bool subdomains) {
  Policy policy = empty_access_policy();
  for (const ClassWord& word : words) {
    const bool is_below = word.name.starts_with('.');
    const std::string suffix = is_below ? word.name : "." + word.name;
    if (!is_access_name(std::string_view(suffix).substr(1))) continue;
    if (!is_below) add_word(policy, HostName{word.name}, word);
    if (subdomains) add_word(policy, HostSuffix{suffix}, word);
  }
  return policy;
}

void add_destinations(DestinationList& list, const std::vector<ClassWord>& words, bool subdomains) {
  for (const ClassWord& word : words) {
    const bool is_below = word.name.starts_with('.');
    if (!is_below) list.add({word.name, word.span});
    if (is_below && subdomains) list.add({word.name, word.span});
    if (!is_below && subdomains) list.add({"." + word.name, word.span});
  }
}

}  // namespace core
