// unqualified-name: "=localhost" is whoever says so.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/trust.hpp"

const core::Check core::checks::unqualified_name = {
    .kind = {"RR822", "unqualified-name", Severity::warning},
    .summary = "clients are trusted by a name without a domain",
    .rationale =
        "The name of a client comes from reverse DNS, and whoever owns an address writes what he likes there: "
        "'localhost' and 'mail' as well. Such names are no more your own than any other. What is let in or may relay "
        "by '=localhost' is every host on the internet that says so of itself.\n"
        "Write '127.' for the host itself, and the addresses of other hosts.",
    .bad = {"tcp.smtp", "=localhost:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (facts.context.confirms_names()) return;
          for (const std::uint32_t index : facts.allowed_names) {
            const Rule rule = facts.rule(index);
            const auto host = rule.get_if<HostName>();
            if (!host || rule.info() != 0 || host->name.find('.') != std::string::npos) continue;
            if (!gives_more(facts, rule) && !skips_blocklists(facts, rule)) continue;
            auto& finding = findings.add(
                unqualified_name.kind, rule.pattern_span(),
                fmt::format("{} is a name without a domain, which any host on the internet can give itself",
                            quoted(host->name)));
            finding.help = host->name == "localhost" ? "write '127.' for the host itself" : "write the host's address";
          }
        },
};
