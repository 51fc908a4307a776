// impossible-source: multicast and addresses of manuals.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"

namespace core::checks {
namespace {

/// Where an octet key lies; empty for addresses that clients can have.
std::string_view what_is_there(std::uint64_t key) {
  const auto address = static_cast<std::uint32_t>(key);
  if (address >= 0xf0000000U) return "reserved";
  if (address >= 0xe0000000U) return "for multicast";
  if (key >> 32 < 24) return {};
  const std::uint32_t net = address >> 8;
  return net == 0xc00002 || net == 0xc63364 || net == 0xcb0071 ? "for examples in manuals" : "";
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i) {
    const std::string_view what = what_is_there(facts.octet_key(i));
    if (what.empty()) continue;
    const Rule rule = facts.rule(i);
    findings
        .add(impossible_source.kind, rule.pattern_span(),
             fmt::format("no client has an address in {}: these are {}", quoted(facts.pattern_text(rule)), what))
        .with_help("write the address that is meant, or delete the rule");
  }
}

}  // namespace

const Check impossible_source = {
    .kind = {"RR322", "impossible-source", Severity::note},
    .summary = "addresses that no client on the internet has",
    .rationale =
        "Addresses from 224. on are for multicast or reserved, and 192.0.2., 198.51.100. and 203.0.113. are for "
        "examples in manuals. No connection comes from them. Such a rule does nothing; mostly it was copied from a "
        "manual and waits for the real address, or a number was mistyped.\n"
        "Write the address that is meant, or delete the rule.",
    .bad = {"tcp.smtp", "224.1.2.:deny\n:allow\n"},
    .good = {"tcp.smtp", "24.1.2.:deny\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

}  // namespace core::checks
