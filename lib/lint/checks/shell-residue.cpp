#include "lint/checks/registry.hpp"

const core::Check core::checks::shell_residue = {
    .kind = {"RR115", "shell-residue", Severity::warning},
    .summary = "a variable, a placeholder or shell syntax stands where an address belongs",
    .rationale =
        "The address holds something like $HOST, {ip}, <your-ip> or a quote: text of the script, template or manual "
        "that the rule was copied from. It was never replaced, and no client is looked up under it.\n"
        "Write the address that was meant, or delete the rule.",
    .bad = {"tcp.smtp", "$OFFICE:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::shell_residue)) {
            report_rule(facts, findings, facts.rule(index), shell_residue.kind,
                        "{} looks like text of a script or template that was never filled in, and matches no client")
                .with_help("write the address that belongs here");
          }
        },
};
