// shared-address-space: 100.64. belongs to a provider.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"

namespace core::checks {
namespace {

bool is_shared(const PolicyFacts& facts, std::uint32_t index) {
  static const Prefix shared = make_prefix(Address::from_ipv4(0x64400000), 10);
  if (facts.octet_key(index) != 0) return shared.covers(prefix_of_octet_key(facts.octet_key(index)));
  const std::vector<Range> ranges = ranges_of(facts.rule(index).pattern());
  return !ranges.empty() && shared.covers(ranges.front().first) && shared.covers(ranges.back().last);
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    if (!is_shared(facts, index)) continue;
    const Rule rule = facts.rule(index);
    findings
        .add(shared_address_space.kind, rule.pattern_span(),
             fmt::format("{} is shared by all customers of a provider, and all of them may send to any domain",
                         quoted(facts.pattern_text(rule))))
        .with_help("list the addresses that are yours");
  }
}

}  // namespace

const Check shared_address_space = {
    .kind = {"RR412", "shared-address-space", Severity::warning},
    .summary = "addresses that a provider shares among its customers may relay",
    .rationale =
        "100.64.0.0 to 100.127.255.255 is the address space that providers use between their customers and themselves "
        "(RFC 6598). It is private to the provider, not to you: other customers of the same provider, and their "
        "infected machines, come from it.\n"
        "List the addresses that are yours. If you are the provider there is nothing to repair.",
    .bad = {"tcp.smtp", "100.64.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.64.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
