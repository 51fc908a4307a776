#include "lint/checks/registry.hpp"

const core::Check core::checks::unspecified_address = {
    .kind = {"RR316", "unspecified-address", Severity::warning},
    .summary = "a rule for 0.0.0.0, which no client has",
    .rationale =
        "Other programs write 0.0.0.0 for everybody. Here it is an address like any other, and no client on the "
        "internet has it: the rule does nothing. (One program does give it to clients: tcp-env behind Debian's "
        "ucspi-tcp-ipv6 calls every IPv6 client 0.0.0.0, and such a rule is then about all of them.)\n"
        "The empty address stands for everybody: ':allow' or ':deny'; in hosts.allow that is 'ALL'.",
    .bad = {"tcp.smtp", "0.0.0.0:deny\n:allow\n"},
    .good = {"tcp.smtp", ":deny\n"},
    .needs = Traits::clients,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const Range zero = ipv4_range(0, 0x00ffffffU);
          for (std::uint32_t index = 0; index < facts.policy.rules.size(); ++index) {
            if ((facts.octet_key(index) >> 24 & 0xff) != 0) continue;  // there may be a million rules
            const auto addresses = facts.addresses_of(index);
            if (!addresses || !is_within(*addresses, zero)) continue;
            const Rule rule = facts.rule(index);
            auto& finding = report_rule(facts, findings, rule, unspecified_address.kind,
                                        "{} matches no client: nobody on the internet has such an address");
            if (facts.relays_by(rule))
              finding.help = fmt::format("every client would be {}, and letting every client relay is an open relay",
                                         facts.policy.is_by_key() ? "the empty address" : "'ALL'");
            else
              finding.help = facts.policy.is_by_key()
                                 ? "the empty address, ':allow' or ':deny', stands for every client"
                                 : "'ALL' stands for every client";
          }
        },
};
