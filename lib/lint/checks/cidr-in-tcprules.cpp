#include "lint/checks/registry.hpp"

namespace {

void report_dead(const PolicyFacts& facts, const Rule& rule, Findings& findings) {
  const std::string_view text = facts.pattern_text(rule);
  auto& finding = report_rule(facts, findings, rule, cidr_in_tcprules.kind,
                              "{} can never match a client: tcprules knows no networks with '/'");
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

void report_found(const PolicyFacts& facts, const Rule& rule, Findings& findings) {
  auto& finding = report_rule(facts, findings, rule, cidr_in_tcprules.kind,
                              "{} is a network to ucspi-tcp6 and spamdyke only: other programs never ask for it");
  finding.as_part("RR604").severity = Severity::note;
  const auto prefix = parse_network(facts.pattern_text(rule));
  if (prefix && prefix->bits != 0)
    finding.help = fmt::format("every program reads {}", list_quoted(octet_addresses(range_of(*prefix))));
}

}  // namespace

const core::Check core::checks::cidr_in_tcprules = {
    .kind = {"RR303", "cidr-in-tcprules", Severity::warning},
    .aliases = {{{"RR604", "needs-cidr"}}},
    .summary = "a network written with a slash matches nobody, or is read by some programs only",
    .rationale =
        "tcprules knows no masks: '10.0.0.0/8' is stored as it stands, and tcpserver, which asks for '10.1.2.3', "
        "'10.1.2.', '10.1.' and '10.', never asks for it. Who was to be refused is let in, who was to relay is not. "
        "The same holds for ucspi-tcp-ipv6 and ucspi-ssl.\n"
        "ucspi-tcp6 takes it for a network: under '--program ucspi-tcp6' this is a note, that other programs read the "
        "rule otherwise. spamdyke 4.1.0 reads such networks too, but takes every one for an allow: see "
        "misread-by-spamdyke.\n"
        "Write the network as prefixes and ranges, which mean the same everywhere: '10.' for 10.0.0.0/8, '172.16-31.' "
        "for 172.16.0.0/12, '192.168.0-3.' for 192.168.0.0/22. Or begin the file with '# relayrules: extended' and "
        "compile it with relayrules, which does this for you.",
    .bad = {"tcp.smtp", "10.0.0.0/8:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::literal,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::cidr))
            report_dead(facts, facts.rule(index), findings);
          if (facts.program.networks_always_allow) return;  // misread-by-spamdyke has more to say
          for (const std::uint32_t index : facts.found_by(DeadKey::cidr))
            report_found(facts, facts.rule(index), findings);
        },
};
