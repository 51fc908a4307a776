// cidr-in-tcprules: a network with a mask, which this grammar does not know.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/repair.hpp"

const core::Check core::checks::cidr_in_tcprules = {
    .kind = {"RR303", "cidr-in-tcprules", Severity::warning},
    .summary = "a network written with a slash matches nobody",
    .rationale =
        "tcprules knows no masks: '10.0.0.0/8' is stored as it stands, and tcpserver, which asks for '10.1.2.3', "
        "'10.1.2.', '10.1.' and '10.', never asks for it. Who was to be refused is let in, who was to relay is not.\n"
        "Write the network as prefixes and ranges: '10.' for 10.0.0.0/8, '172.16-31.' for 172.16.0.0/12, "
        "'192.168.0-3.' for 192.168.0.0/22. Or begin the file with '# relayrules: extended' and compile it with "
        "relayrules, which does this for you.",
    .bad = {"tcp.smtp", "10.0.0.0/8:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::cidr)) {
            const Rule rule = facts.rule(index);
            const std::string_view text = facts.pattern_text(rule);
            auto& finding = findings.add(
                cidr_in_tcprules.kind, rule.pattern_span(),
                fmt::format("{} can never match a client: tcprules knows no networks with '/'", quoted(text)));
            const auto prefix = parse_network(text);
            if (!prefix) {
              finding.help = "write the network as prefixes that end in '.', for instance '10.1.'";
            } else if (prefix->bits == 0) {
              finding.help = "the empty address, ':allow' or ':deny', stands for every client";
            } else {
              const auto addresses = octet_addresses(range_of(*prefix));
              finding.with_help(fmt::format("write {}, which is {}", list_quoted(addresses), format_prefix(*prefix)));
              fix_address(finding, facts, rule, addresses);
            }
          }
        },
};
