// Cutting addresses by all tables at once: see address_classes.hpp.
#include "analysis/address_classes.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "base/add_once.hpp"
#include "base/ascii_case.hpp"
#include "base/place_index.hpp"
#include "model/recipient.hpp"

namespace core::analysis {
namespace {

constexpr std::size_t shown_patterns = 20;

/// Texts of the tables, each once.
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
  [[nodiscard]] bool is_empty() const { return texts_.empty(); }
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

constexpr bool is_plain_byte(char c) { return is_letter(c) || is_digit(c); }

/// True for a local part that no server takes for anything else.
bool is_plain_local(std::string_view local) {
  return !local.empty() && is_plain_byte(local.front()) && is_plain_byte(local.back()) &&
         local.find("..") == std::string_view::npos && std::all_of(local.begin(), local.end(), [](char c) {
           return is_plain_byte(c) || std::string_view(".-_+").find(c) != std::string_view::npos;
         });
}

/// True for a name of several labels that every server takes for one.
bool is_plain_domain(std::string_view domain) {
  constexpr std::size_t longest_name = 253, longest_label = 63;
  if (domain.size() > longest_name) return false;
  std::size_t labels = 0;
  for (std::string_view rest = domain; !rest.empty(); ++labels) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    const bool has_other_bytes =
        std::any_of(label.begin(), label.end(), [](char c) { return !is_plain_byte(c) && c != '-'; });
    if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-' || has_other_bytes)
      return false;
  }
  return labels > 1 && is_letter(domain.back()) && !domain.ends_with(".");
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
    for (const Site* site : sites)
      for (const Stage& stage : site->stages)
        for (const Step& step : stage.steps) {
          for (const Need& need : step.needs)
            if (need.subject == subject) add_once(tables_, &site->addresses[*need.table]);
          if (step.subject == subject) add_once(tables_, &site->addresses[*step.table]);
          if (end == AddressEnd::recipient && step.subject == Subject::destination)
            add_once(lists_, &site->destinations[*step.table]);
        }
    for (const AddressTable* table : tables_)
      for (const AddressRule& rule : table->rules()) add_rule(rule);
    for (const DestinationList* list : lists_)
      for (const Destination& entry : list->entries()) domains_.insert(entry.name);
  }

  std::vector<AddressClass> make() {
    add({}, AddressPlace::null_address, {});
    const std::string user = free_user();
    add({user, std::nullopt}, AddressPlace::no_domain, {});
    add({user, free_domain()}, AddressPlace::others, {});
    MailAddress listed{user, std::nullopt};
    for (const std::string_view domain : domains_.sorted()) {
      listed.domain = sample_of(domain);
      add(listed, AddressPlace::listed, domain);
    }
    add_queried(user);
    add_users();
    for (const std::string_view text : whole_.sorted()) {
      const std::size_t at = text.rfind('@');
      const bool has_domain = at != std::string_view::npos;
      listed.local = text.substr(0, at);
      listed.domain.reset();
      if (has_domain) listed.domain = text.substr(at + 1);
      add(listed, has_domain ? AddressPlace::listed : AddressPlace::no_domain, text);
    }
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

  /// The classes in order, each with its kind.
  std::vector<AddressClass> numbered() {
    std::vector<std::vector<std::uint32_t>> alike;
    for (const AddressTable* table : tables_) alike.push_back(first_but_for_replies(table->outcomes));
    std::map<Key, std::size_t> kinds;
    std::vector<AddressClass> classes;
    for (auto& [key, one] : classes_) {
      Key kind = key;
      for (std::size_t t = 0; t < tables_.size(); ++t)
        if (kind.outcomes[t] != 0) kind.outcomes[t] = 1 + alike[t][kind.outcomes[t] - 1];
      one.kind = kinds.try_emplace(std::move(kind), kinds.size()).first->second;
      classes.push_back(std::move(one));
    }
    return classes;
  }

  void add_rule(const AddressRule& rule) {
    switch (rule.kind) {
      case AddressKind::whole: whole_.insert(rule.text); break;
      case AddressKind::user: users_.insert(rule.text); break;
      case AddressKind::domain:
      case AddressKind::below: domains_.insert(rule.text); break;
      case AddressKind::detail: whole_.insert(made_.emplace_back(with_detail(rule.text))); break;
      case AddressKind::user_detail: users_.insert(made_.emplace_back(with_detail(rule.text))); break;
      case AddressKind::literal_net: domains_.insert(made_.emplace_back(literal_in(rule.text))); break;
      default: break;
    }
  }

  /// "user+any@example.org" stands for all with a detail.
  static std::string with_detail(std::string text) {
    return text.insert(std::min(text.rfind('@'), text.size()), "+any");
  }
  /// "[10.1.0]" stands for all literals that begin with "[10.1]".
  static std::string literal_in(const std::string& net) {
    const bool is_ipv6 = net.find(':') != std::string::npos;
    return net.substr(0, net.size() - 1) + (is_ipv6 ? ":0]" : ".0]");
  }

  /// What is asked about need not be listed.
  void add_queried(const std::string& user) {
    if (query_.kind == WantedAddress::domain || query_.kind == WantedAddress::below)
      return add({user, sample_of(query_.text)}, place_of(query_.text), {});
    if (query_.kind != WantedAddress::whole) return;
    const std::size_t at = query_.text.rfind('@');
    const bool has_domain = at != std::string::npos;
    const std::string domain = has_domain ? query_.text.substr(at + 1) : "";
    add({query_.text.substr(0, at), has_domain ? std::optional(domain) : std::nullopt},
        has_domain ? place_of(domain) : AddressPlace::no_domain, {});
  }

  [[nodiscard]] AddressPlace place_of(const std::string& domain) const {
    bool is_listed = domains_.contains(domain);
    for (std::size_t dot = domain.find('.', 1); dot != std::string::npos; dot = domain.find('.', dot + 1))
      is_listed = is_listed || domains_.contains(domain.substr(dot));
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

  /// A name that is listed itself, or one below a suffix that no longer entry takes.
  [[nodiscard]] std::string sample_of(std::string_view domain) const {
    if (!domain.starts_with('.')) return std::string(domain);
    std::string below = ".host";
    below += domain;
    while (domains_.contains(below) || domains_.contains(std::string_view(below).substr(1)))
      below.insert(below.size() - domain.size(), 1, 'x');
    return below.erase(0, 1);
  }

  /// A domain that is neither listed nor below one that is.
  [[nodiscard]] std::string free_domain() const {
    for (std::string label = "outside";; label += 'x') {
      const std::string domain = label + (label == "outside" ? ".example" : ".invalid" + label);
      bool is_taken = domains_.contains(domain);
      for (std::size_t dot = domain.find('.'); dot != std::string::npos; dot = domain.find('.', dot + 1))
        is_taken = is_taken || domains_.contains(domain.substr(dot)) || domains_.contains(domain.substr(dot + 1));
      if (!is_taken) return domain;
    }
  }

  /// A user whom no table names, at any domain or at one.
  [[nodiscard]] std::string free_user() const {
    constexpr std::string_view begin = "user";
    std::set<std::string_view> named;
    for (const std::string_view text : whole_.list()) {
      const std::string_view local = text.substr(0, text.rfind('@'));
      const bool is_candidate = local.starts_with(begin) && local.find_first_not_of('x', begin.size()) == local.npos;
      if (is_candidate) named.insert(local);
    }
    std::string user(begin);
    while (users_.contains(user) || named.contains(user)) user += 'x';
    return user;
  }

  /// Listed users at every domain: the domains of one class are alike, so that one of each is enough.
  void add_users() {
    if (users_.is_empty()) return;
    std::vector<std::pair<AddressPlace, MailAddress>> samples;
    for (const auto& [key, one] : classes_) samples.emplace_back(key.place, one.witness);
    if (query_.kind == WantedAddress::whole) return;
    for (const std::string_view user : users_.sorted())
      for (const auto& [place, sample] : samples)
        if (place != AddressPlace::null_address)
          add({std::string(user), sample.domain}, place, std::string(user) + "@" + sample.domain.value_or(""));
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

  AddressClass& class_of(const MailAddress& address, AddressPlace place) {
    key_.place = place;
    key_.oddity = is_plain(address) ? 0 : written(address).oddity;
    key_.outcomes.clear();
    for (const AddressTable* table : tables_) {
      const AddressRule* rule = table->find(address);
      key_.outcomes.push_back(rule == nullptr ? 0 : rule->outcome + 1);
    }
    for (const DestinationList* list : lists_)
      key_.outcomes.push_back(!address.domain || list->find(*address.domain) != nullptr ? 1 : 0);
    if (const auto known = classes_.find(key_); known != classes_.end()) return known->second;
    AddressClass& one = classes_[key_];
    one.place = place;
    one.witness = address;
    one.path = written(address).path;
    return one;
  }

  void add(const MailAddress& address, AddressPlace place, std::string_view pattern) {
    if (!is_meant(address, place)) return;
    AddressClass& one = class_of(address, place);
    one.has_unnamed = one.has_unnamed || pattern.empty();
    if (pattern.empty()) return;
    ++one.count;
    if (one.patterns.size() < shown_patterns) one.patterns.emplace_back(pattern);
  }

  std::span<const Site* const> sites_;
  AddressEnd end_;
  const AddressQuery& query_;
  std::vector<const AddressTable*> tables_;
  std::vector<const DestinationList*> lists_;
  std::deque<std::string> made_;  ///< texts that stand in no table
  Texts domains_;
  Texts users_;
  Texts whole_;
  std::map<Key, AddressClass> classes_;
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
