#include "lint/checks/registry.hpp"

const core::Check core::checks::mail_address_as_client = {
    .kind = {"RR315", "mail-address-as-client", Severity::warning},
    .summary = "a mail address is no client",
    .rationale =
        "These rules are asked when a connection comes in, before any mail is seen: they know the client's address, "
        "its name and what ident says.\n"
        "'user@example.net' is not the sender of a mail but an ident answer from a host called 'example.net' without "
        "'=': nobody.\n"
        "Senders are refused elsewhere: qmail reads control/badmailfrom.",
    .bad = {"tcp.smtp", "spammer@example.net:deny\n:allow\n"},
    .good = {"tcp.smtp", "=.example.net:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::mail_address)) {
            const Rule rule = facts.rule(index);
            const bool is_name = rule.is<HostName>() || rule.is<HostSuffix>();
            const std::string_view who =
                is_name ? "matches nobody but a client that takes such a name" : "can never match a client";
            report_rule(facts, findings, rule, mail_address_as_client.kind,
                        "{} {}: rules are about who connects, not about the sender of a mail", who)
                .with_help("put senders into qmail's control/badmailfrom, and addresses of hosts here");
          }
        },
};
