#include "lint/checks/registry.hpp"

namespace {

struct Area {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view use;
};
constexpr Area areas[] = {{0xe0000000U, 0xefffffffU, "for multicast"},
                          {0xf0000000U, 0xffffffffU, "reserved"},
                          {0xe0000000U, 0xffffffffU, "for multicast or reserved"},
                          {0xc0000200U, 0xc00002ffU, "for examples in manuals"},
                          {0xc6336400U, 0xc63364ffU, "for examples in manuals"},
                          {0xcb007100U, 0xcb0071ffU, "for examples in manuals"}};

/// What addresses are for that no client has; empty when some of these are clients'.
std::string_view use_of(const Range& addresses) {
  for (const Area& area : areas)
    if (is_within(addresses, ipv4_range(area.first, area.last))) return area.use;
  return {};
}

/// False when no area has addresses that begin with this octet.
bool may_have_use(std::uint64_t first_octet) {
  return std::any_of(std::begin(areas), std::end(areas), [&](const Area& area) {
    return first_octet >= area.first >> 24 && first_octet <= area.last >> 24;
  });
}

void check_impossible_source(const PolicyFacts& facts, Findings& findings) {
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i) {
    const std::uint64_t key = facts.octet_key(i);
    if (key != 0 && !may_have_use(key >> 24 & 0xff)) continue;  // there may be a million rules
    const auto addresses = facts.addresses_of(i);
    const std::string_view use = addresses ? use_of(*addresses) : std::string_view();
    if (use.empty()) continue;
    report_rule(facts, findings, facts.rule(i), impossible_source.kind,
                "no client comes from {}: such addresses are {}", use)
        .with_help("write the address that is meant, or delete the rule");
  }
}

}  // namespace

const core::Check core::checks::impossible_source = {
    .kind = {"RR322", "impossible-source", Severity::note},
    .summary = "addresses that no client on the internet has",
    .rationale =
        "Addresses from 224. on are for multicast or reserved, and 192.0.2., 198.51.100. and 203.0.113. are for "
        "examples in manuals. No connection comes from them. Such a rule does nothing; mostly it was copied from a "
        "manual and waits for the real address, or a number was mistyped.\n"
        "Write the address that is meant, or delete the rule.",
    .bad = {"tcp.smtp", "224.1.2.:deny\n:allow\n"},
    .good = {"tcp.smtp", "24.1.2.:deny\n:allow\n"},
    .needs = Traits::clients,
    .policy = check_impossible_source,
};
