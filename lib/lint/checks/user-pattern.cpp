// user-pattern: a client pattern that asks for a user.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"

const core::Check core::checks::user_pattern = {
    .kind = {"RR825", "user-pattern", Severity::warning},
    .summary = "a rule depends on the user name that the client's host tells",
    .rationale =
        "For 'joe@10.1.1.1' libwrap asks the client's own ident server who has opened the connection. Whoever rules "
        "that host lets it answer what he likes: he becomes joe when joe is let in, and anybody else when joe is "
        "refused. And every connection waits until the answer comes, or the time is up.\n"
        "Write rules about addresses, and let people authenticate.",
    .bad = {"hosts.allow", "sshd : joe@10.1.1.1\n"},
    .good = {"hosts.allow", "sshd : 10.1.1.1\n"},
    .formats = "hosts_access",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.with_info) {
            const Rule rule = facts.rule(index);
            if (facts.relays_by(rule)) continue;  // ident-trust is about these
            const bool lets_in = rule.access() == Access::allow;
            findings
                .add(user_pattern.kind, rule.pattern_span(),
                     fmt::format("{} depends on what the client's host says of its user: {}",
                                 quoted(facts.pattern_text(rule)),
                                 lets_in ? "who is not let in says another name" : "who is refused says another name"))
                .with_help("write the address alone");
          }
        },
};
