// The policy's tables and the few questions that need nothing else: see policy.hpp.
#include "model/policy.hpp"

#include <algorithm>
#include <utility>

namespace relayrules {
namespace {

template <typename Entry, typename Value>
std::uint32_t add_entry(std::vector<Entry>& table, Value&& value) {
  table.emplace_back(std::forward<Value>(value));
  return static_cast<std::uint32_t>(table.size() - 1);
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
std::uint32_t Policy::add_services(ServiceList services) { return add_entry(service_lists, std::move(services)); }
std::uint32_t Policy::add_exceptions(ExceptionList list) { return add_entry(exception_lists, std::move(list)); }
std::uint32_t Policy::add_info(std::string info) { return add_entry(infos, std::move(info)); }

std::span<const RuleOption> Policy::options_of(const Rule& rule) const {
  const auto starts_before = [](const RuleOption& option, std::uint32_t place) { return option.span.begin < place; };
  const auto first = std::lower_bound(options.begin(), options.end(), rule.span.begin, starts_before);
  return {first, std::lower_bound(first, options.end(), rule.span.end, starts_before)};
}

void Policy::clear_rules() {
  rules.clear();
  edit_lists.resize(1);
  service_lists.resize(1);
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

}  // namespace relayrules
