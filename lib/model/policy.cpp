// The policy's tables and the few questions that need nothing else: see policy.hpp.
#include "model/policy.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace core {
namespace {

template <typename Entry, typename Value>
std::uint32_t add_entry(std::vector<Entry>& table, Value&& value) {
  table.emplace_back(std::forward<Value>(value));
  return static_cast<std::uint32_t>(table.size() - 1);
}

/// Appends all entries of `from` but "nothing"; indices into it then grow by what is returned.
template <typename Table>
std::uint32_t append_table(Table& table, Table&& from) {
  const auto shift = static_cast<std::uint32_t>(table.size() - 1);
  std::move(from.begin() + 1, from.end(), std::back_inserter(table));
  return shift;
}

void shift_index(std::uint32_t& index, std::uint32_t shift) {
  if (index != 0) index += shift;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::deny: return "deny";
    case Verdict::allow: return "allow";
    case Verdict::no_match: break;
  }
  return "no match";
}

std::uint32_t Policy::add_edits(EnvEdits edits) { return add_entry(edit_lists, std::move(edits)); }
std::uint32_t Policy::add_daemons(DaemonList daemons) { return add_entry(daemon_lists, std::move(daemons)); }
std::uint32_t Policy::add_exceptions(ExceptionList list) { return add_entry(exception_lists, std::move(list)); }
std::uint32_t Policy::add_info(std::string info) { return add_entry(infos, std::move(info)); }

void Policy::append(Policy&& other) {
  const std::uint32_t edits = append_table(edit_lists, std::move(other.edit_lists));
  const std::uint32_t daemons = append_table(daemon_lists, std::move(other.daemon_lists));
  const std::uint32_t exceptions = append_table(exception_lists, std::move(other.exception_lists));
  const std::uint32_t info = append_table(infos, std::move(other.infos));
  for (std::size_t i = daemons + 1; i < daemon_lists.size(); ++i) shift_index(daemon_lists[i].exceptions, daemons);
  for (std::size_t i = exceptions + 1; i < exception_lists.size(); ++i) {
    shift_index(exception_lists[i].exceptions, exceptions);
    for (std::uint32_t& index : exception_lists[i].infos) shift_index(index, info);
  }
  std::move(other.options.begin(), other.options.end(), std::back_inserter(options));
  for (Rule& rule : other.rules) {
    shift_index(rule.edits, edits);
    shift_index(rule.daemons, daemons);
    shift_index(rule.exceptions, exceptions);
    shift_index(rule.info, info);
    rules.push_back(std::move(rule));
  }
  complete = complete && other.complete;
  span.end = other.span.end;
  other.clear_rules();
}

std::span<const RuleOption> Policy::options_of(const Rule& rule) const {
  const auto starts_before = [](const RuleOption& option, std::uint32_t place) { return option.span.begin < place; };
  const auto first = std::lower_bound(options.begin(), options.end(), rule.span.begin, starts_before);
  return {first, std::lower_bound(first, options.end(), rule.span.end, starts_before)};
}

void Policy::clear_rules() {
  rules.clear();
  edit_lists.resize(1);
  daemon_lists.resize(1);
  exception_lists.resize(1);
  infos.resize(1);
  options.clear();
}

bool grants_relay(const EnvEdits& edits) {
  bool relay = false;
  for (const EnvEdit& edit : edits)
    if (edit.name() == "RELAYCLIENT") relay = !edit.unset;
  return relay;
}

}  // namespace core
