// unspecified-address: "0.0.0.0" is nobody, not everybody.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"

const core::Check core::checks::unspecified_address = {
    .kind = {"RR316", "unspecified-address", Severity::warning},
    .summary = "a rule for 0.0.0.0, which no client has",
    .rationale =
        "Other programs write 0.0.0.0 for everybody. Here it is an address like any other, and no client on the "
        "internet has it: the rule does nothing. (One program does give it to clients: tcp-env behind Debian's "
        "ucspi-tcp-ipv6 calls every IPv6 client 0.0.0.0, and such a rule is then about all of them.)\n"
        "The empty address stands for everybody: ':allow' or ':deny'.",
    .bad = {"tcp.smtp", "0.0.0.0:deny\n:allow\n"},
    .good = {"tcp.smtp", ":deny\n"},
    .formats = "tcprules tcprules-extended",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.zero_nets) {
            const Rule rule = facts.rule(index);
            auto& finding = findings.add(unspecified_address.kind, rule.pattern_span(),
                                         fmt::format("{} matches no client: nobody on the internet has such an address",
                                                     quoted(facts.pattern_text(rule))));
            if (facts.relays_by(rule))
              finding.help = "every client would be the empty address, and letting every client relay is an open relay";
            else
              finding.help = "the empty address, ':allow' or ':deny', stands for every client";
          }
        },
};
