#include "lint/checks/registry.hpp"
#include "model/domain_fault.hpp"

const core::Check core::checks::not_a_domain = {
    .kind = domains::not_a_domain,
    .summary = "an entry that is no domain",
    .rationale =
        "Each line is one domain, or all names below one with a dot in front; the part of the recipient behind the "
        "last '@' is compared with it as it is. A wildcard, a mail address, a dot at the end, a blank, a comment "
        "behind the name or letters that are not ASCII make an entry that no mail is sent to. Mail for the domain that "
        "was meant is refused.\n"
        "A '*' does not open the server either: nobody sends to a domain called '*'.\n"
        "The same holds of relay_domains and mydestination in main.cf, and of Sendmail's relay-domains and "
        "local-host-names. A ':' makes a table of an entry of main.cf: 'http://example.net' fails for every recipient "
        "that comes as far.",
    .bad = {"rcpthosts", "*\n"},
    .good = {"rcpthosts", "example.com\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations =
        [](const DestinationList& list, const Sources& sources, Findings& findings) {
          for (const Destination& entry : list.entries()) {
            const auto fault = domain_fault(entry.name);
            if (!fault) continue;
            // as it was written: an entry is in lower case
            auto& finding = findings.add(not_a_domain.kind, entry.span,
                                         fmt::format("{} is no domain that mail is sent to: {}",
                                                     quoted(sources.text(entry.span)), fault->reason));
            finding.help = fault->help;
            if (!fault->repaired.empty()) finding.with_fix(entry.span, fault->repaired);
          }
        },
};
