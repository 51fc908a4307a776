// What tables list: see listed_addresses.hpp.
#include "analysis/listed_addresses.hpp"

#include <algorithm>
#include <set>

namespace core::analysis {
namespace {

/// "user+any@example.org" stands for all with a detail.
std::string with_detail(std::string text) { return text.insert(std::min(text.rfind('@'), text.size()), "+any"); }
/// "[10.1.0]" stands for all literals that begin with "[10.1]".
std::string literal_in(const std::string& net) {
  const bool is_ipv6 = net.find(':') != std::string::npos;
  return net.substr(0, net.size() - 1) + (is_ipv6 ? ":0]" : ".0]");
}

bool has_rule(const AddressTable& table, const AddressKinds& kinds, AddressKind kind, std::string_view text) {
  return kinds[place_of(kind)] && table.find(kind, text) != nullptr;
}

}  // namespace

ListedAddresses::ListedAddresses(std::span<const AddressTable* const> tables,
                                 std::span<const DestinationList* const> lists) {
  for (const AddressTable* table : tables) {
    const auto is_copy = [&](const Asked& other) { return other.table->shares_rules_with(*table); };
    auto known = std::find_if(asked_.begin(), asked_.end(), is_copy);
    if (known == asked_.end()) known = asked_.insert(known, {table, {}});
    for (const AddressKind kind : table->order) known->kinds[place_of(kind)] = true;
  }
  std::stable_sort(asked_.begin(), asked_.end(),
                   [](const Asked& a, const Asked& b) { return a.table->rules().size() < b.table->rules().size(); });
  for (const DestinationList* list : lists)
    for (const Destination& entry : list->entries()) others_.insert(entry.name);
  for (const Asked& asked : asked_) look_through(asked);
}

/// Takes what is rare, and whether there are things that need care.
void ListedAddresses::look_through(const Asked& asked) {
  for (const AddressRule& rule : asked.table->rules()) {
    if (!asked.kinds[place_of(rule.kind)]) continue;
    switch (rule.kind) {
      case AddressKind::user: users_.insert(rule.text); break;
      case AddressKind::user_detail: users_.insert(made_.keep(with_detail(std::string(rule.text)))); break;
      case AddressKind::literal_net: others_.insert(made_.keep(literal_in(std::string(rule.text)))); break;
      case AddressKind::domain: has_dotted_domain_ = has_dotted_domain_ || rule.text.starts_with('.'); [[fallthrough]];
      case AddressKind::below:
        has_samples_ = has_samples_ || rule.text.starts_with("host") || rule.text.starts_with(".host");
        break;
      case AddressKind::whole: has_plus_ = has_plus_ || rule.text.find('+') != std::string_view::npos; break;
      default: break;
    }
  }
}

bool ListedAddresses::is_before(AddressKind kind, std::string_view text, std::size_t tables) const {
  return std::any_of(asked_.begin(), asked_.begin() + static_cast<std::ptrdiff_t>(tables),
                     [&](const Asked& asked) { return has_rule(*asked.table, asked.kinds, kind, text); });
}

bool ListedAddresses::is_domain_of(std::size_t tables, std::string_view text) const {
  return is_before(AddressKind::domain, text, tables) || is_before(AddressKind::below, text, tables);
}

bool ListedAddresses::is_domain_before(const AddressRule& rule, std::size_t table) const {
  const Asked& own = asked_[table];
  const bool is_twice = has_dotted_domain_ && rule.kind == AddressKind::below &&
                        has_rule(*own.table, own.kinds, AddressKind::domain, rule.text);
  return is_twice || others_.contains(rule.text) || is_domain_of(table, rule.text);
}

std::optional<std::string_view> ListedAddresses::detailed(const AddressRule& rule) {
  const std::string text = with_detail(std::string(rule.text));
  if (has_plus_ && is_before(AddressKind::whole, text, asked_.size())) return std::nullopt;
  return made_.keep(text);
}

void ListedAddresses::sample_of(std::string_view domain, std::string& sample) const {
  if (!domain.starts_with('.')) {
    sample = domain;
    return;
  }
  sample.assign(".host").append(domain);
  while (has_samples_ && (is_domain(sample) || is_domain(std::string_view(sample).substr(1))))
    sample.insert(sample.size() - domain.size(), 1, 'x');
  sample.erase(0, 1);
}

std::string ListedAddresses::free_domain() const {
  for (std::string label = "outside";; label += 'x') {
    const std::string domain = label + (label == "outside" ? ".example" : ".invalid" + label);
    const std::string_view name = domain;
    bool is_taken = is_domain(name);
    for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1))
      is_taken = is_taken || is_domain(name.substr(dot)) || is_domain(name.substr(dot + 1));
    if (!is_taken) return domain;
  }
}

std::string ListedAddresses::free_user() const {
  constexpr std::string_view begin = "user";
  std::set<std::string_view> named;
  for_each_rule([&](const AddressRule& rule, std::size_t) {
    if (rule.kind != AddressKind::whole || !rule.text.starts_with(begin)) return;
    const std::string_view local = rule.text.substr(0, rule.text.rfind('@'));
    if (local.find_first_not_of('x', begin.size()) == local.npos) named.insert(local);
  });
  std::string user(begin);
  while (users_.contains(user) || named.contains(user)) user += 'x';
  return user;
}

}  // namespace core::analysis
