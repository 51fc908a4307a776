// Looking an address up: see address_table.hpp.
#include "model/address_table.hpp"

#include <algorithm>
#include <utility>

namespace core {

namespace {
std::uint64_t size_bit(std::string_view text) { return std::uint64_t{1} << std::min<std::size_t>(text.size(), 63); }

std::uint32_t hash_of(AddressKind kind, std::string_view text) {
  return PlaceIndex::hash_of(text, static_cast<std::uint32_t>(kind));
}
}  // namespace

std::uint32_t AddressTable::outcome(const Outcome& outcome) {
  const auto [entry, is_new] = outcome_index_.try_emplace(outcome, static_cast<std::uint32_t>(outcomes.size()));
  if (is_new) outcomes.push_back(outcome);
  return entry->second;
}

bool AddressTable::is_empty() const {
  return std::none_of(order.begin(), order.end(), [this](AddressKind kind) { return has(kind); });
}

bool AddressTable::asks(AddressKind kind) const { return std::find(order.begin(), order.end(), kind) != order.end(); }

AddressTable::Keys& AddressTable::own_keys() {
  if (keys_.use_count() > 1) keys_ = std::make_shared<Keys>(*keys_);
  return *keys_;
}

bool AddressTable::Keys::index(std::uint32_t place, std::uint32_t hash) {
  const AddressRule& rule = rules[place];
  const auto is_same = [&](std::uint32_t other) {
    return rules[other].kind == rule.kind && rules[other].text == rule.text;
  };
  const bool is_new = first.find_or_add(hash, place, is_same) == PlaceIndex::nobody;
  sizes[static_cast<std::size_t>(rule.kind)] |= size_bit(rule.text);
  return is_new;
}

void AddressTable::add(const AddressRule& rule) {
  Keys& keys = own_keys();
  keys.rules.push_back(rule);
  keys.rules.back().text = keys.texts.keep(rule.text);
  keys.rules.back().is_found =
      keys.index(static_cast<std::uint32_t>(keys.rules.size() - 1), hash_of(rule.kind, rule.text));
}

void AddressTable::take(std::vector<AddressRule> rules, TextPool texts) {
  keys_ = std::make_shared<Keys>();
  Keys& keys = *keys_;
  keys.rules = std::move(rules);
  keys.texts = std::move(texts);
  keys.first.reserve(keys.rules.size());
  keys.first.visit_ahead(
      static_cast<std::uint32_t>(keys.rules.size()),
      [&keys](std::uint32_t place) { return hash_of(keys.rules[place].kind, keys.rules[place].text); },
      [&keys](std::uint32_t place, std::uint32_t hash) { keys.rules[place].is_found = keys.index(place, hash); });
}

const AddressRule* AddressTable::find(const MailAddress& address) const {
  for (const AddressKind kind : order)
    if (const AddressRule* rule = find(kind, address)) return rule;
  return nullptr;
}

const AddressRule* AddressTable::find(AddressKind kind, std::string_view text) const {
  if ((keys_->sizes[static_cast<std::size_t>(kind)] & size_bit(text)) == 0) return nullptr;
  const auto is_it = [&](std::uint32_t other) { return rules()[other].kind == kind && rules()[other].text == text; };
  const std::uint32_t rule = keys_->first.find(hash_of(kind, text), is_it);
  return rule == PlaceIndex::nobody ? nullptr : &rules()[rule];
}

const AddressRule* AddressTable::find(AddressKind kind, const MailAddress& address) const {
  switch (kind) {
    case AddressKind::whole:
    case AddressKind::user: return find_whole(kind, address);
    case AddressKind::domain: return address.domain ? find(kind, *address.domain) : nullptr;
    case AddressKind::no_domain: return address.domain ? nullptr : find(kind, std::string_view());
    case AddressKind::null_address: return address.is_null() ? find(kind, std::string_view()) : nullptr;
    case AddressKind::any: return find(kind, std::string_view());
    case AddressKind::below: return address.domain && has(kind) ? find_below(*address.domain) : nullptr;
    case AddressKind::literal_net: return address.domain ? find_literal_net(*address.domain) : nullptr;
    case AddressKind::detail:
    case AddressKind::user_detail: break;
  }
  const std::size_t plus = address.local.find('+', 1);
  if (plus == std::string::npos) return nullptr;
  const MailAddress user{address.local.substr(0, plus), address.domain};
  return find(kind, kind == AddressKind::detail ? user.text() : user.local);
}

const AddressRule* AddressTable::find_below(std::string_view domain) const {
  for (std::size_t dot = domain.find('.', 1); dot < domain.size(); dot = domain.find('.', dot + 1))
    if (const AddressRule* rule = find(AddressKind::below, domain.substr(dot))) return rule;
  return nullptr;
}

const AddressRule* AddressTable::find_literal_net(std::string_view domain) const {
  if (!domain.starts_with('[') || domain.find(']') != domain.size() - 1) return nullptr;
  domain.remove_suffix(1);
  for (std::size_t cut = domain.find_last_of(".:"); cut != std::string_view::npos; cut = domain.find_last_of(".:")) {
    domain = domain.substr(0, cut);
    if (const AddressRule* rule = find(AddressKind::literal_net, std::string(domain) + "]")) return rule;
  }
  return nullptr;
}

const AddressRule* AddressTable::find_whole(AddressKind kind, const MailAddress& address) const {
  if (!has(kind)) return nullptr;
  const auto ask = [&](const MailAddress& asked) {
    return find(kind, kind == AddressKind::user ? asked.local : asked.text());
  };
  const AddressRule* rule = ask(address);
  const std::size_t extension = address.local.find_first_of(delimiters);
  if (rule != nullptr || extension == std::string::npos || extension == 0) return rule;
  return ask({address.local.substr(0, extension), address.domain});
}

}  // namespace core
