// The policy's tables and the few questions that need nothing else: see policy.hpp.
#include "model/policy.hpp"

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
std::uint32_t Policy::add_services(std::vector<std::string> services) {
  return add_entry(service_lists, std::move(services));
}
std::uint32_t Policy::add_exceptions(std::vector<Peer> list) { return add_entry(exception_lists, std::move(list)); }
std::uint32_t Policy::add_info(std::string info) { return add_entry(infos, std::move(info)); }

void Policy::clear_rules() {
  rules.clear();
  edit_lists.resize(1);
  service_lists.resize(1);
  exception_lists.resize(1);
  infos.resize(1);
}

bool grants_relay(const EnvEdits& edits) {
  bool relay = false;
  for (const EnvEdit& edit : edits)
    if (edit.name() == "RELAYCLIENT") relay = !edit.unset;
  return relay;
}

}  // namespace relayrules
