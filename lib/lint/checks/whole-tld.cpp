// whole-tld: ".com" in rcpthosts opens the world.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "model/public_suffixes.hpp"

const core::Check core::checks::whole_tld = {
    .kind = {"RR701", "whole-tld", Severity::error},
    .summary = "a top-level domain is listed as local",
    .rationale =
        "rcpthosts lists the domains for which mail is taken from anybody. '.com' there is every name that ends in "
        ".com: whoever connects may send to all of them, and the server is an open relay for that part of the world. A "
        "printed book recommends it.\n"
        "An entry without the dot, 'com', is the one domain 'com' to qmail: harmless, but not what was meant; Postfix "
        "and others take it for all of .com.\n"
        "List your own domains.",
    .bad = {"rcpthosts", "example.org\n.com\n"},
    .good = {"rcpthosts", "example.org\n.example.org\nlocalhost\n"},
    .formats = "rcpthosts",
    .destinations =
        [](const DestinationList& list, const Sources&, Findings& findings) {
          for (const Destination& entry : list.entries) {
            if (!is_tld(entry.domain())) continue;
            if (entry.is_suffix()) {
              findings
                  .add(whole_tld.kind, entry.span,
                       fmt::format("{} lets everybody send to every domain under {}", quoted(entry.name),
                                   quoted(entry.name)))
                  .with_help("list your own domains only");
              continue;
            }
            auto& finding = findings.add(
                whole_tld.kind, entry.span,
                fmt::format("{} is a top-level domain: qmail takes mail for user@{} only, other programs for all of it",
                            quoted(entry.name), entry.domain()));
            finding.severity = Severity::warning;
            finding.help = "list your own domains only";
          }
        },
};
