// Cutting addresses by all tables at once: see address_classes.hpp.
#include "analysis/address_classes.hpp"

#include <algorithm>
#include <map>

#include "analysis/listed_addresses.hpp"
#include "base/add_once.hpp"
#include "base/ascii_case.hpp"
#include "model/recipient.hpp"
#include "model/text_pool.hpp"

namespace core::analysis {
namespace {

constexpr std::size_t shown_patterns = 20;

constexpr bool is_plain_byte(char c) { return is_letter(c) || is_digit(c); }

/// True for a local part that no server takes for anything else.
bool is_plain_local(std::string_view local) {
  char before = '.';
  for (const char c : local) {
    const bool is_plain = is_plain_byte(c) || c == '-' || c == '_' || c == '+' || (c == '.' && before != '.');
    if (!is_plain) return false;
    before = c;
  }
  return !local.empty() && is_plain_byte(local.front()) && is_plain_byte(local.back());
}

/// True for a name of several labels that every server takes for one.
bool is_plain_domain(std::string_view domain) {
  constexpr std::size_t longest_name = 253, longest_label = 63;
  if (domain.size() > longest_name || domain.empty() || !is_letter(domain.back())) return false;
  std::size_t label = 0;  // its bytes so far
  bool has_dot = false;
  char before = '.';
  for (const char c : domain) {
    const bool is_dot = c == '.';
    if (is_dot || c == '-') {
      // no label begins or ends with a hyphen, and none is empty
      if (before == '.' || (is_dot && before == '-')) return false;
    } else if (!is_plain_byte(c)) {
      return false;
    }
    has_dot = has_dot || is_dot;
    label = is_dot ? 0 : label + 1;
    if (label > longest_label) return false;
    before = c;
  }
  return has_dot;
}

/// How an address is written to the servers, and what they make of that text.
struct WrittenAddress {
  std::string path;
  /// Four bits a server, all 0 where it reads the very address: what else it reads, or that a step may ask for the
  /// form of it.
  std::uint32_t oddity = 0;
};

class AddressClassMaker {
 public:
  AddressClassMaker(std::span<const Site* const> sites, AddressEnd end, const AddressQuery& query)
      : sites_(sites), end_(end), query_(query) {
    const Subject subject = end == AddressEnd::sender ? Subject::sender : Subject::recipient;
    std::vector<const AddressTable*> tables;
    for (const Site* site : sites)
      for (const Stage& stage : site->stages)
        for (const Step& step : stage.steps) {
          for (const Need& need : step.needs)
            if (need.subject == subject) add_once(tables, &site->addresses[*need.table]);
          if (step.subject == subject) add_once(tables, &site->addresses[*step.table]);
          if (end == AddressEnd::recipient && step.subject == Subject::destination)
            add_once(lists_, &site->destinations[*step.table]);
        }
    listed_ = ListedAddresses(tables, lists_);
    for (const AddressTable* table : tables)
      tables_.push_back(
          {table, first_equal(table->outcomes), kinds_found_at_once(*table), asks_domain_alone(*table), nullptr});
  }

  std::vector<AddressClass> make() {
    add({}, AddressPlace::null_address, {});
    user_ = listed_.free_user();
    add({user_, std::nullopt}, AddressPlace::no_domain, {});
    add({user_, listed_.free_domain()}, AddressPlace::others, {});
    ++phase_;
    listed_.for_each_domain([&](const ListedAddress& listed) { add_domain(listed); });
    ++phase_;
    add_queried();
    add_users();
    ++phase_;
    listed_.for_each_address([&](const ListedAddress& listed) { add_whole(listed); });
    return numbered();
  }

 private:
  /// What all tables say.
  struct Key {
    AddressPlace place;
    std::uint32_t oddity;  ///< WrittenAddress::oddity
    std::vector<std::uint32_t> outcomes;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  /// A pattern to show. Patterns come in any order, and those that are shown are the first of the first phase.
  struct Shown {
    unsigned phase = 0;
    std::size_t rank = 0;  ///< 0 where texts are in order by themselves
    std::string_view text;
    friend auto operator<=>(const Shown&, const Shown&) = default;
  };
  struct Gathered {
    AddressClass one;
    std::optional<Shown> first;  ///< what its witness is of
    std::vector<Shown> shown;    ///< sorted
  };

  /// For each kind whether a table finds a rule at once for the address that is made for it: of a user whom nobody
  /// lists, at a domain, or at a name below it that nobody lists.
  static AddressKinds kinds_found_at_once(const AddressTable& table) {
    AddressKinds found{};
    if (!table.delimiters.empty()) return found;
    const auto asks_before = [&](AddressKind kind, std::initializer_list<AddressKind> others) {
      const auto own = std::find(table.order.begin(), table.order.end(), kind);
      return std::find_first_of(table.order.begin(), own, others.begin(), others.end()) != own;
    };
    using enum AddressKind;
    found[place_of(whole)] =
        !asks_before(whole, {user, domain, below, detail, user_detail, literal_net, no_domain, any});
    found[place_of(detail)] = !asks_before(detail, {user, domain, below, user_detail, literal_net, no_domain, any});
    found[place_of(domain)] = !asks_before(domain, {below, literal_net, any});
    found[place_of(below)] = !asks_before(below, {any});
    return found;
  }

  static bool asks_domain_alone(const AddressTable& table) {
    return std::all_of(table.order.begin(), table.order.end(), [](AddressKind kind) {
      return kind == AddressKind::domain || kind == AddressKind::below || kind == AddressKind::literal_net;
    });
  }

  /// The classes in order, each with its kind.
  std::vector<AddressClass> numbered() {
    std::vector<std::vector<std::uint32_t>> alike;
    for (const AskedTable& asked : tables_) alike.push_back(first_but_for_replies(asked.table->outcomes));
    std::map<Key, std::size_t> kinds;
    std::vector<AddressClass> classes;
    for (auto& [key, gathered] : classes_) {
      Key kind = key;
      for (std::size_t t = 0; t < tables_.size(); ++t)
        if (kind.outcomes[t] != 0) kind.outcomes[t] = 1 + alike[t][kind.outcomes[t] - 1];
      AddressClass& one = gathered.one;
      one.place = key.place;
      one.kind = kinds.try_emplace(std::move(kind), kinds.size()).first->second;
      one.path = written(one.witness).path;
      for (const Shown& shown : gathered.shown) one.patterns.emplace_back(shown.text);
      classes.push_back(std::move(one));
    }
    return classes;
  }

  void add_domain(ListedAddress listed) {
    // a name below it is made for a text with a dot in front, also where only that text is listed
    if (listed.rule != nullptr && listed.rule->kind == AddressKind::domain && listed.text.starts_with('.'))
      listed.rule = nullptr;
    added_.local = user_;
    if (!added_.domain) added_.domain.emplace();
    listed_.sample_of(listed.text, *added_.domain);
    add(added_, AddressPlace::listed, listed);
  }

  void add_whole(ListedAddress listed) {
    const std::size_t at = listed.text.rfind('@');
    const bool has_domain = at != std::string_view::npos;
    added_.local = listed.text.substr(0, at);
    if (has_domain)
      added_.domain = listed.text.substr(at + 1);
    else
      added_.domain.reset();
    // a detail begins at the first "+"
    if (listed.rule->kind == AddressKind::detail && added_.local.find('+', 1) != added_.local.rfind('+'))
      listed.rule = nullptr;
    add(added_, has_domain ? AddressPlace::listed : AddressPlace::no_domain, listed);
  }

  /// What is asked about need not be listed.
  void add_queried() {
    if (query_.kind == WantedAddress::domain || query_.kind == WantedAddress::below) {
      MailAddress address{user_, std::string()};
      listed_.sample_of(query_.text, *address.domain);
      return add(address, place_at(query_.text), {});
    }
    if (query_.kind != WantedAddress::whole) return;
    const std::size_t at = query_.text.rfind('@');
    const bool has_domain = at != std::string::npos;
    const std::string domain = has_domain ? query_.text.substr(at + 1) : "";
    add({query_.text.substr(0, at), has_domain ? std::optional(domain) : std::nullopt},
        has_domain ? place_at(domain) : AddressPlace::no_domain, {});
  }

  [[nodiscard]] AddressPlace place_at(const std::string& domain) const {
    bool is_listed = listed_.is_domain(domain);
    for (std::size_t dot = domain.find('.', 1); dot != std::string::npos; dot = domain.find('.', dot + 1))
      is_listed = is_listed || listed_.is_domain(std::string_view(domain).substr(dot));
    return is_listed ? AddressPlace::listed : AddressPlace::others;
  }

  [[nodiscard]] bool is_meant(const MailAddress& address, AddressPlace place) const {
    switch (query_.kind) {
      case WantedAddress::any: return true;
      case WantedAddress::null_address: return place == AddressPlace::null_address;
      case WantedAddress::outside: return place == AddressPlace::others;
      case WantedAddress::listed: return place == AddressPlace::listed;
      case WantedAddress::whole: return address.text() == query_.text;
      case WantedAddress::domain: return address.domain == query_.text;
      case WantedAddress::below: break;
    }
    return address.domain && address.domain->size() > query_.text.size() && address.domain->ends_with(query_.text);
  }

  /// Listed users at every domain: the domains of one class are alike, so that one of each is enough.
  void add_users() {
    const std::vector<std::string_view> users = listed_.users();
    if (users.empty() || query_.kind == WantedAddress::whole) return;
    std::vector<std::pair<AddressPlace, MailAddress>> samples;
    for (const auto& [key, gathered] : classes_) samples.emplace_back(key.place, gathered.one.witness);
    for (const std::string_view user : users)
      for (const auto& [place, sample] : samples) {
        ++rank_;
        if (place == AddressPlace::null_address) continue;
        const MailAddress address{std::string(user), sample.domain};
        add(address, place, {made_.keep(address.local + "@" + sample.domain.value_or(""))});
      }
    rank_ = 0;
  }

  /// True for an address that every server reads as it is written.
  static bool is_plain(const MailAddress& address) {
    if (address.is_null()) return true;
    return is_plain_local(address.local) && (!address.domain || is_plain_domain(*address.domain));
  }

  /// The text without quotes where it does, for that is what people write.
  [[nodiscard]] WrittenAddress written(const MailAddress& address) const {
    WrittenAddress plain{"<" + address.text() + ">"};
    if (is_plain(address)) return plain;
    plain.oddity = oddity_of(plain.path, address);
    for (const bool is_quoted : {false, true})
      for (const bool is_ipv6 : {false, true}) {
        WrittenAddress other{path_of(address, is_quoted, is_ipv6)};
        other.oddity = oddity_of(other.path, address);
        if (other.oddity < plain.oddity) plain = std::move(other);
      }
    return plain;
  }

  /// With the local part in quotes, or as "user@[IPv6:2001:db8::1]".
  static std::string path_of(const MailAddress& address, bool is_quoted, bool is_ipv6) {
    std::string path = "<";
    if (is_quoted) path += '"';
    for (const char c : address.local)
      path += is_quoted && (c == '"' || c == '\\') ? std::string{'\\', c} : std::string{c};
    if (is_quoted) path += '"';
    if (!address.domain) return path + ">";
    const bool is_literal = is_ipv6 && address.domain->starts_with('[');
    return path + (is_literal ? "@[IPv6:" + address.domain->substr(1) : "@" + *address.domain) + ">";
  }

  [[nodiscard]] std::uint32_t oddity_of(const std::string& path, const MailAddress& address) const {
    std::uint32_t oddity = 0;
    for (const Site* site : sites_) {
      const ReadAddress read = end_ == AddressEnd::sender ? read_sender(*site, path) : read_recipient(*site, path);
      const bool is_other = read.access != Access::allow || read.address != address;
      oddity = oddity << 4 | (is_other ? 8U : 0U) | (read.access != Access::allow ? 4U : 0U) |
               (read.is_routed ? 2U : 0U) | (read.is_localhost ? 1U : 0U);
    }
    return oddity;
  }

  Gathered& class_of(const MailAddress& address, AddressPlace place, const ListedAddress& listed) {
    key_.place = place;
    key_.oddity = is_plain(address) ? 0 : written(address).oddity;
    key_.outcomes.clear();
    const bool is_same_domain = asked_domain_ == address.domain;
    asked_domain_ = address.domain;
    for (AskedTable& asked : tables_) {
      const bool is_at_once = listed.rule != nullptr && asked.finds_at_once[place_of(listed.rule->kind)] &&
                              asked.table->shares_rules_with(*listed.table) && asked.table->asks(listed.rule->kind);
      if (is_at_once)
        asked.found = listed.rule;
      else if (!is_same_domain || !asked.by_domain_alone)
        asked.found = asked.table->find(address);
      key_.outcomes.push_back(asked.found == nullptr ? 0 : asked.first_equal[asked.found->outcome] + 1);
    }
    for (const DestinationList* list : lists_)
      key_.outcomes.push_back(!address.domain || list->find(*address.domain) != nullptr ? 1 : 0);
    if (last_ == classes_.end() || last_->first != key_) last_ = classes_.try_emplace(key_).first;
    return last_->second;
  }

  /// `listed`: what it stands for; its rule finds the address, where one is known.
  void add(const MailAddress& address, AddressPlace place, const ListedAddress& listed) {
    if (!is_meant(address, place)) return;
    Gathered& found = class_of(address, place, listed);
    const std::string_view pattern = listed.text;
    const Shown shown{phase_, rank_, pattern};
    if (!found.first || shown < *found.first) {
      found.first = shown;
      found.one.witness = address;
    }
    found.one.has_unnamed = found.one.has_unnamed || pattern.empty();
    if (pattern.empty()) return;
    ++found.one.count;
    if (found.shown.size() == shown_patterns && found.shown.back() < shown) return;
    found.shown.insert(std::upper_bound(found.shown.begin(), found.shown.end(), shown), shown);
    if (found.shown.size() > shown_patterns) found.shown.pop_back();
  }

  std::span<const Site* const> sites_;
  AddressEnd end_;
  const AddressQuery& query_;
  struct AskedTable {
    const AddressTable* table;
    std::vector<std::uint32_t> first_equal;  ///< of its outcomes
    AddressKinds finds_at_once;
    bool by_domain_alone;
    const AddressRule* found;  ///< for the last address; null: none. Before the first, what there is for no domain
  };
  std::vector<AskedTable> tables_;
  std::vector<const DestinationList*> lists_;
  ListedAddresses listed_;
  TextPool made_;     ///< patterns of users at domains
  std::string user_;  ///< whom nobody lists
  MailAddress added_;
  unsigned phase_ = 0;  ///< of what is added
  std::size_t rank_ = 0;
  std::optional<std::string> asked_domain_;  ///< of the last address
  std::map<Key, Gathered> classes_;
  std::map<Key, Gathered>::iterator last_ = classes_.end();
  Key key_ = {};  ///< of the address that is added
};

}  // namespace

bool parse_address_query(std::string_view text, AddressQuery& query) {
  if (text.empty() || text.find_first_of(" \t/*") != std::string_view::npos) return false;
  query.text = in_lower_case(text);
  query.kind = text == "any"                              ? WantedAddress::any
               : text == "<>"                             ? WantedAddress::null_address
               : text == "outside"                        ? WantedAddress::outside
               : text == "listed"                         ? WantedAddress::listed
               : text.find('@') != std::string_view::npos ? WantedAddress::whole
               : text.starts_with('.') && text.size() > 1 ? WantedAddress::below
                                                          : WantedAddress::domain;
  return true;
}

std::vector<AddressClass> address_classes(std::span<const Site* const> sites, AddressEnd end,
                                          const AddressQuery& query) {
  return AddressClassMaker(sites, end, query).make();
}

}  // namespace core::analysis
