// The columns of a policy: see rule.hpp. A pattern of eight bytes has its kind in the four highest bits:
//
//   octets        bits of the prefix from 32 on, the address below
//   octet range   count and place of the running octet from 40 on, its highest value from 32 on, the address with its
//   lowest below names         size from 36 on, place of "=NAME" in the pool below
//   anything else an index into a table of patterns
#include "model/rule.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

#include "base/large_memory.hpp"
#include "model/key.hpp"

namespace core {
namespace {

constexpr unsigned name_place_bits = 36;

/// Makes room for `more` entries behind those that are there.
template <typename Entry>
void make_room_in(std::vector<Entry>& column, std::size_t more) {
  const std::size_t wanted = column.size() + more;
  if (wanted <= column.capacity()) return;
  column.reserve(wanted);
  advise_large_pages(column.data() + column.size(), more * sizeof(Entry));
}

std::uint32_t packed(const std::uint8_t* octets) {
  return std::uint32_t{octets[0]} << 24 | std::uint32_t{octets[1]} << 16 | std::uint32_t{octets[2]} << 8 | octets[3];
}

/// "=" and the name.
std::string key_of_name(std::string_view name) { return std::string("=").append(name); }

struct Keeper {
  TextPool& texts;

  [[nodiscard]] std::string_view keep_name(std::string_view name) const {
    return texts.keep(key_of_name(name)).substr(1);
  }
  ClientPattern operator()(const HostName& host) const { return HostName{keep_name(host.name)}; }
  ClientPattern operator()(const HostSuffix& host) const { return HostSuffix{keep_name(host.suffix)}; }
  ClientPattern operator()(const TextPattern& text) const { return TextPattern{texts.keep(text.pattern)}; }
  ClientPattern operator()(RawKey raw) const {
    raw.text = texts.keep(raw.text);
    return raw;
  }
  ClientPattern operator()(const auto& numeric) const { return numeric; }
};

}  // namespace

void Rules::make_room(std::size_t more) {
  make_room_in(codes_, more);
  make_room_in(outcomes_of_, more);
  make_room_in(edits_of_, more);
  make_room_in(conditions_of_, more);
  make_room_in(places_, more);
}

void Rules::add(const NewRule& rule) {
  codes_.push_back(code_of(rule.pattern));
  outcomes_of_.push_back(rule.outcome);
  edits_of_.push_back(rule.edits);
  conditions_of_.push_back(add_condition(rule.condition));
  const std::uint32_t begin = rule.place.span.begin;
  places_.push_back({begin, rule.place.span.size(), rule.place.pattern.begin - begin, rule.place.pattern.size(),
                     rule.place.edits_begin - begin});
}

void Rules::add(const Prefix& octets, std::uint32_t outcome, std::uint32_t edits, const RulePlace& place) {
  codes_.push_back(Code{octets_kind} << kind_shift | Code{octets.bits} << 32 | octets.base.ipv4());
  outcomes_of_.push_back(outcome);
  edits_of_.push_back(edits);
  conditions_of_.push_back(0);
  const std::uint32_t begin = place.span.begin;
  places_.push_back(
      {begin, place.span.size(), place.pattern.begin - begin, place.pattern.size(), place.edits_begin - begin});
}

void Rules::append(Rules&& other, const NewPlaces& places) {
  const TextPool::Place texts = texts_.append(std::move(other.texts_));
  const Code others = others_.size();
  std::vector<std::uint32_t> conditions;
  for (Condition condition : other.conditions_) {
    if (condition.info != 0) condition.info += places.infos;
    conditions.push_back(add_condition(condition));
  }
  // each column is given back before the next one grows: there may be a million rules
  const auto take = [](auto& column, auto& from, const auto& moved) {
    for (const auto& entry : from) column.push_back(moved(entry));
    std::remove_reference_t<decltype(from)>().swap(from);
  };
  take(codes_, other.codes_, [&](Code code) {
    const Code kind = code >> kind_shift;
    return code + (kind == host_kind || kind == suffix_kind ? texts : kind == other_kind ? others : 0);
  });
  take(outcomes_of_, other.outcomes_of_, [&](std::uint32_t index) { return places.outcomes[index]; });
  take(edits_of_, other.edits_of_, [&](std::uint32_t index) { return index == 0 ? 0 : index + places.edits; });
  take(conditions_of_, other.conditions_of_, [&](std::uint32_t index) { return conditions[index]; });
  take(places_, other.places_, [](const Place& place) { return place; });
  take(others_, other.others_, [](const ClientPattern& pattern) { return pattern; });
}

void Rules::shrink(std::size_t size) {
  codes_.resize(size);
  outcomes_of_.resize(size);
  edits_of_.resize(size);
  conditions_of_.resize(size);
  places_.resize(size);
}

void Rules::clear() {
  shrink(0);
  others_.clear();
  outcomes_.resize(1);
  conditions_.resize(1);
  condition_index_.clear();
  texts_ = {};
}

std::uint32_t Rules::add_condition(const Condition& condition) {
  if (condition == Condition{}) return 0;
  const auto [entry, is_new] = condition_index_.try_emplace(condition, static_cast<std::uint32_t>(conditions_.size()));
  if (is_new) conditions_.push_back(condition);
  return entry->second;
}

ClientPattern Rules::keep(const ClientPattern& pattern) { return std::visit(Keeper{texts_}, pattern); }

Rules::Code Rules::code_of_name(Kind kind, std::string_view name, const ClientPattern& pattern) {
  if (name.size() + 1 >= TextPool::block_bytes) {
    others_.push_back(keep(pattern));
    return Code{other_kind} << kind_shift | (others_.size() - 1);
  }
  const std::string text = key_of_name(name);
  return Code{kind} << kind_shift | Code{text.size()} << name_place_bits | texts_.add(text);
}

Rules::Code Rules::code_of(const ClientPattern& pattern) {
  if (const auto* prefix = std::get_if<Prefix>(&pattern); prefix != nullptr && is_octet_prefix(*prefix))
    return Code{octets_kind} << kind_shift | Code{prefix->bits} << 32 | prefix->base.ipv4();
  if (const auto* host = std::get_if<HostName>(&pattern)) return code_of_name(host_kind, host->name, pattern);
  if (const auto* host = std::get_if<HostSuffix>(&pattern)) return code_of_name(suffix_kind, host->suffix, pattern);
  if (std::holds_alternative<AnyClient>(pattern)) return Code{any_kind} << kind_shift;
  if (std::holds_alternative<AnyNamedClient>(pattern)) return Code{any_named_kind} << kind_shift;
  if (const auto* range = std::get_if<OctetRange>(&pattern)) {
    std::uint8_t octets[4] = {range->octets[0], range->octets[1], range->octets[2], range->octets[3]};
    octets[range->varying] = range->low;
    return Code{octet_range_kind} << kind_shift | Code{range->varying} << 44 | Code{range->count} << 40 |
           Code{range->high} << 32 | packed(octets);
  }
  others_.push_back(keep(pattern));
  return Code{other_kind} << kind_shift | (others_.size() - 1);
}

ClientPattern Rules::pattern_of(Code code) const {
  switch (static_cast<Kind>(code >> kind_shift)) {
    case any_kind: return AnyClient{};
    case any_named_kind: return AnyNamedClient{};
    case octets_kind: return octets_of(code);
    case octet_range_kind: {
      OctetRange range;
      range.varying = static_cast<std::uint8_t>(code >> 44 & 0xf);
      range.count = static_cast<std::uint8_t>(code >> 40 & 0xf);
      range.high = static_cast<std::uint8_t>(code >> 32 & 0xff);
      const Address address = Address::from_ipv4(static_cast<std::uint32_t>(code));
      std::copy_n(address.bytes.begin(), 4, range.octets);
      range.low = std::exchange(range.octets[range.varying], std::uint8_t{0});
      return range;
    }
    case host_kind: return HostName{name_key_of(code).substr(1)};
    case suffix_kind: return HostSuffix{name_key_of(code).substr(1)};
    case other_kind: break;
  }
  return others_[code & 0xffffffffU];
}

}  // namespace core
