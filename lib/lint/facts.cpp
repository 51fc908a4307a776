// One walk over the rules for all checks: see facts.hpp.
#include "lint/facts.hpp"

namespace relayrules {
namespace {

struct Sorter {
  PolicyFacts& facts;
  std::uint32_t index;

  void operator()(const AnyPeer&) const { facts.catch_alls.push_back(index); }
  void operator()(const AnyNamedPeer&) const { facts.names.push_back(index); }
  void operator()(const HostName&) const { facts.names.push_back(index); }
  void operator()(const HostSuffix&) const { facts.names.push_back(index); }
  void operator()(const Prefix&) const {}
  void operator()(const OctetRange&) const { facts.ranges.push_back(index); }
  void operator()(const Range&) const { facts.ranges.push_back(index); }
  void operator()(const RawKey& raw) const {
    facts.raw_keys.push_back(index);
    if (raw.is_range()) facts.ranges.push_back(index);
  }
};

}  // namespace

PolicyFacts::PolicyFacts(const Policy& of, const Sources& texts) : policy(of), sources(texts) {
  relaying_edits.reserve(policy.edit_lists.size());
  for (const EnvEdits& edits : policy.edit_lists) relaying_edits.push_back(grants_relay(edits));
  for (std::uint32_t i = 0; i < policy.rules.size(); ++i) std::visit(Sorter{*this, i}, policy.rules[i].peer);
}

}  // namespace relayrules
