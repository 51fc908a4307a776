#include "lint/checks/registry.hpp"
#include "model/domain_fault.hpp"
#include "model/public_suffixes.hpp"

const core::Check core::checks::subdomains_only = {
    .kind = {"RR704", "subdomains-only", Severity::note},
    .summary = "all names below a domain are listed, but not the domain itself",
    .rationale =
        "An entry with a dot in front is about the names below a domain: mail to joe@mail.example.com is taken, mail "
        "to joe@example.com is not.\n"
        "If the domain itself gets mail here, list it too.",
    .bad = {"rcpthosts", ".example.com\nlocalhost\n"},
    .good = {"rcpthosts", "example.com\n.example.com\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations =
        [](const DestinationList& list, const Sources&, Findings& findings) {
          std::unordered_set<std::string_view> exact;
          for (const Destination& entry : list.entries())
            if (!entry.is_suffix()) exact.insert(entry.name);
          for (const Destination& entry : list.entries()) {
            const std::string_view domain = entry.domain();
            if (!entry.is_suffix() || domain.find('.') == std::string_view::npos || exact.count(domain) != 0) continue;
            if (is_public_suffix(domain) || domain_fault(entry.name)) continue;
            report_at(findings, subdomains_only.kind, entry.span,
                      fmt::format("{} is about the names below {} only: mail to joe@{} is refused", quoted(entry.name),
                                  quoted(domain), domain),
                      fmt::format("list '{}' too if it gets mail here", domain));
          }
        },
};
