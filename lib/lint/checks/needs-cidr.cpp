// needs-cidr: networks with a mask, for a program that reads them.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/repair.hpp"

const core::Check core::checks::needs_cidr = {
    .kind = {"RR604", "needs-cidr", Severity::note},
    .summary = "a rule that only some programs read as it is meant",
    .rationale =
        "ucspi-tcp6 takes 10.0.0.0/8 for a network. The original tcpserver, ucspi-tcp-ipv6 and ucspi-ssl ask for no "
        "such key: there the rule matches nobody, and says nothing about it.\n"
        "spamdyke 4.1.0 reads such networks too, but takes every one for an allow: see misread-by-spamdyke.\n"
        "Prefixes mean the same everywhere: '10.' for 10.0.0.0/8. Without --program the check cidr-in-tcprules speaks "
        "of these rules.",
    .bad = {"tcp.smtp", "10.0.0.0/8:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.:deny\n:allow\n"},
    .formats = "tcprules",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (facts.program.networks_always_allow) return;  // misread-by-spamdyke has more to say
          for (const std::uint32_t index : facts.found_by(DeadKey::cidr)) {
            const Rule rule = facts.rule(index);
            auto& finding = findings.add(
                needs_cidr.kind, rule.pattern_span(),
                fmt::format("{} is a network to ucspi-tcp6 and spamdyke only: other programs never ask for it",
                            quoted(facts.pattern_text(rule))));
            const auto prefix = parse_network(facts.pattern_text(rule));
            if (prefix && prefix->bits != 0)
              finding.help = fmt::format("every program reads {}", list_quoted(octet_addresses(range_of(*prefix))));
          }
        },
    .example_context = {.program = Program::ucspi_tcp6},
};
