#include "lint/checks/registry.hpp"

const core::Check core::checks::shared_address_space = {
    .kind = {"RR412", "shared-address-space", Severity::warning},
    .summary = "addresses that a provider shares among its customers may relay",
    .rationale =
        "100.64.0.0 to 100.127.255.255 is the address space that providers use between their customers and themselves "
        "(RFC 6598). It is private to the provider, not to you: other customers of the same provider, and their "
        "infected machines, come from it.\n"
        "List the addresses that are yours. If you are the provider there is nothing to repair.",
    .bad = {"tcp.smtp", "100.64.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.64.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const Range shared = ipv4_range(0x64400000U, 0x647fffffU);
          for (const std::uint32_t index : facts.relays) {
            const std::uint64_t octet = facts.octet_key(index) >> 24 & 0xff;
            if (octet != 0 && octet != 100) continue;  // there may be a million rules
            const auto addresses = facts.addresses_of(index);
            if (!addresses || !is_within(*addresses, shared)) continue;
            report_rule(facts, findings, facts.rule(index), shared_address_space.kind,
                        "{} is shared by all customers of a provider, and all of them may send to any domain")
                .with_help("list the addresses that are yours");
          }
        },
};
