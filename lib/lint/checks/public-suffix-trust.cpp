// public-suffix-trust: "=.co.jp" trusts everybody who has a name there.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"
#include "model/public_suffixes.hpp"

const core::Check core::checks::public_suffix_trust = {
    .kind = {"RR803", "public-suffix-trust", Severity::error},
    .summary = "all clients with a name under a public suffix are trusted",
    .rationale =
        "Under .co.jp, .github.io and some thousand others anybody can have a name (the list is kept at "
        "publicsuffix.org). A rule that trusts all of them trusts everybody.\n"
        "List the addresses that are meant. To refuse such a suffix is fine.",
    .bad = {"tcp.smtp", "=.co.jp:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for_each_trusted_suffix(
              facts, is_public_suffix, [&](const Rule& rule, std::string_view suffix, std::string_view gives) {
                findings
                    .add(public_suffix_trust.kind, rule.pattern_span(),
                         fmt::format("anybody can register a name that ends in {}, and every such client {}",
                                     quoted(suffix), gives))
                    .with_help("list the addresses that are meant");
              });
        },
};
