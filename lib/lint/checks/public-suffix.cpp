// public-suffix: ".co.jp" in rcpthosts.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "model/public_suffixes.hpp"

const core::Check core::checks::public_suffix = {
    .kind = {"RR702", "public-suffix", Severity::error},
    .summary = "a domain under which anybody can register is listed as local",
    .rationale =
        "Under '.co.jp', '.github.io' and some thousand others anybody can have a name of his own (the list is kept at "
        "publicsuffix.org). Listed in rcpthosts, mail to all of them is taken from everybody: an open relay for that "
        "part of the world. Without the dot in front qmail takes the entry for one domain, which is not what was "
        "meant; it is a warning then.\n"
        "List your own domains.",
    .bad = {"rcpthosts", "example.org\n.co.jp\n"},
    .good = {"rcpthosts", "example.org\n.example.co.jp\nexample.co.jp\nlocalhost\n"},
    .formats = "rcpthosts",
    .destinations =
        [](const DestinationList& list, const Sources&, Findings& findings) {
          for (const Destination& entry : list.entries) {
            if (!is_public_suffix(entry.domain())) continue;
            if (entry.is_suffix()) {
              findings
                  .add(public_suffix.kind, entry.span,
                       fmt::format("{} lets everybody send to every name under a domain where anybody can register",
                                   quoted(entry.name)))
                  .with_help("list your own domains only");
              continue;
            }
            auto& finding = findings.add(
                public_suffix.kind, entry.span,
                fmt::format("anybody can register under {}: qmail takes mail for user@{} only, other programs for "
                            "every name below it",
                            quoted(entry.name), entry.name));
            finding.severity = Severity::warning;
            finding.help = "list your own domains only";
          }
        },
};
