// needs-ident: denials that work only while ident answers.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"

const core::Check core::checks::needs_ident = {
    .kind = {"RR605", "needs-ident", Severity::note},
    .summary = "a refusal that depends on what ident says",
    .rationale =
        "tcpserver asks the client for the name of its user unless it is started with -R, as most run scripts start "
        "it; and a client without an ident server gives no answer. In both cases no key with an ' ' is asked for, and "
        "'joe 10.1.2.3:deny' refuses nobody.\n"
        "Refuse the address, or nobody.",
    .bad = {"tcp.smtp", "joe@10.1.2.3:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.3:deny\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.with_info) {
            const Rule rule = facts.rule(index);
            // of those that let somebody in ident-trust speaks
            if (rule.access() != Access::deny || facts.effect(index) == 0) continue;
            findings
                .add(needs_ident.kind, rule.pattern_span(),
                     fmt::format("{} refuses only a client whose ident server says so, and nobody under tcpserver -R",
                                 quoted(facts.pattern_text(rule))))
                .with_help("refuse the address");
          }
        },
};
