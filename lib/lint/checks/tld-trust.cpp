// tld-trust: "=.com" trusts everybody who has a .com name.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"
#include "model/public_suffixes.hpp"

const core::Check core::checks::tld_trust = {
    .kind = {"RR802", "tld-trust", Severity::error},
    .summary = "all clients with a name under a top-level domain are trusted",
    .rationale =
        "A name under .com, .jp or any other top-level domain is had by anybody, for a few coins a year or by writing "
        "it into his own reverse DNS. A rule that lets such clients relay is an open relay; one that lets them in "
        "keeps nobody out.\n"
        "List the addresses that are meant. To refuse a top-level domain is fine.",
    .bad = {"tcp.smtp", "=.com:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for_each_trusted_suffix(
              facts, is_tld, [&](const Rule& rule, std::string_view suffix, std::string_view gives) {
                findings
                    .add(tld_trust.kind, rule.pattern_span(),
                         fmt::format("anybody can have a name that ends in {}, and every such client {}",
                                     quoted(suffix), gives))
                    .with_help("list the addresses that are meant");
              });
        },
};
