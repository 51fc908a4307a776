#include "lint/checks/registry.hpp"

const core::Check core::checks::info_with_prefix = {
    .kind = {"RR314", "info-with-prefix", Severity::warning},
    .summary = "what ident says is combined with a prefix, a range or a suffix",
    .rationale =
        "tcpserver looks up 'joe@1.2.3.4' and 'joe@=host.example.com': what ident says, together with the full address "
        "or the full name. It never joins it with a prefix such as '1.2.3.' or '=.example.com', and 'a-b' is no range "
        "behind an '@'.\n"
        "Write a rule for each full address. Better still, do without ident: a client says there what it likes.",
    .bad = {"tcp.smtp", "joe@10.1.:deny\n:allow\n"},
    .good = {"tcp.smtp", "joe@10.1.2.3:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::info_with_prefix)) {
            const Rule rule = facts.rule(index);
            report_rule(
                facts, findings, rule, info_with_prefix.kind,
                "{} can never match a client: behind '@' only a full address or '=' and a full name is looked up")
                .with_help("write a rule for each full address");
          }
        },
};
