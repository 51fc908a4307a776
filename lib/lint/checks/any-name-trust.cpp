// any-name-trust: "=" is every client that has a name.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"

const core::Check core::checks::any_name_trust = {
    .kind = {"RR804", "any-name-trust", Severity::error},
    .summary = "every client with a reverse DNS name may relay",
    .rationale =
        "The address '=' stands for every client that has a host name, whatever it is. Nearly every host on the "
        "internet has one: with RELAYCLIENT this is an open relay.\n"
        "List the addresses that may relay.",
    .bad = {"tcp.smtp", "=:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.allowed_names) {
            const Rule rule = facts.rule(index);
            if (!rule.is<AnyNamedClient>() || !facts.relays_by(rule)) continue;
            findings
                .add(
                    any_name_trust.kind, rule.pattern_span(),
                    fmt::format("every client that has a host name may send to any domain by {}: this is an open relay",
                                quoted(facts.pattern_text(rule))))
                .with_help("list the addresses that may relay");
          }
        },
};
